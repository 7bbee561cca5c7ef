import { readOptions } from './options';

const known = ['appends', 'growth'];

describe('the options of the benchmark', () => {
  it('are all measurements when none is named', () =>
    expect(readOptions([], known)).toEqual({ names: known, json: false, list: false }));
  it('name some of them', () =>
    expect(readOptions(['growth', '--json'], known)).toEqual({ names: ['growth'], json: true, list: false }));
  it('name no others', () => expect(() => readOptions(['speed'], known)).toThrow('no measurement speed'));
  it('have no others', () => expect(() => readOptions(['--fast'], known)).toThrow('--fast'));
});
