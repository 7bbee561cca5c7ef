import { readOptions } from './options';

const known = ['appends', 'growth'];

describe('the options of the benchmark', () => {
  it('are all measurements when none is named', () =>
    expect(readOptions([], known)).toEqual({ names: known, json: false, list: false }));
  it('name some of them', () =>
    expect(readOptions(['growth', '--json'], known)).toEqual({ names: ['growth'], json: true, list: false }));
  it('name no others', () => expect(() => readOptions(['speed'], known)).toThrow('no measurement speed'));
  it('give each as many rounds', () =>
    expect(readOptions(['--rounds', '2'], known)).toMatchObject({ rounds: 2 }));
  it.each(['0', '-1', '100', '1.5', 'many'])('never give %s rounds', (rounds) =>
    expect(() => readOptions([`--rounds=${rounds}`], known)).toThrow(`not ${rounds}.`),
  );
  it('have no others', () => expect(() => readOptions(['--fast'], known)).toThrow('--fast'));
});
