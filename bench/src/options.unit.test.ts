import { readOptions } from './options';

const known = [{ name: 'appends' }, { name: 'growth' }, { name: 'ten-million', onRequest: true }];

describe('the options of the benchmark', () => {
  it('select all measurements by default, except those on request', () =>
    expect(readOptions([], known)).toEqual({
      names: ['appends', 'growth'],
      json: false,
      list: false,
      docs: false,
    }));
  it('select a measurement on request by its name', () =>
    expect(readOptions(['ten-million'], known)).toMatchObject({ names: ['ten-million'] }));
  it('select measurements by name', () =>
    expect(readOptions(['growth', '--json'], known)).toEqual({
      names: ['growth'],
      json: true,
      list: false,
      docs: false,
    }));
  it('reject a document of some measurements', () =>
    expect(() => readOptions(['growth', '--docs'], known)).toThrow('needs all'));
  it('reject an unknown measurement', () =>
    expect(() => readOptions(['speed'], known)).toThrow('Unknown measurement speed'));
  it('set the number of rounds', () =>
    expect(readOptions(['--rounds', '2'], known)).toMatchObject({ rounds: 2 }));
  it.each(['0', '-1', '100', '1.5', 'many'])('reject %s rounds', (rounds) =>
    expect(() => readOptions([`--rounds=${rounds}`], known)).toThrow(`not ${rounds}.`),
  );
  it('reject an unknown option', () => expect(() => readOptions(['--fast'], known)).toThrow('--fast'));
});
