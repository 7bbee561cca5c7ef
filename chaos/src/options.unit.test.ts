import { readOptions } from './options';

describe('the options of a chaos run', () => {
  it('are two minutes of seed 1 by default', () =>
    expect(readOptions([])).toEqual({ minutes: 2, seed: 1, soak: false, json: false }));
  it('share an hour among six seeds by night', () =>
    expect(readOptions(['--nightly'])).toMatchObject({
      minutes: 60,
      seed: 1,
      nightly: { seeds: 6, page: 'chaos.html' },
    }));
  it('set minutes, seeds and page of the night', () =>
    expect(
      readOptions(['--nightly', '--minutes', '9', '--seed', '40', '--seeds', '3', '--page', 'a.html']),
    ).toMatchObject({ minutes: 9, seed: 40, nightly: { seeds: 3, page: 'a.html' } }));
  it.each(['0', '-1', '1000', '1.5', 'many'])('reject %s seeds', (seeds) =>
    expect(() => readOptions(['--nightly', `--seeds=${seeds}`])).toThrow(`not ${seeds}.`),
  );
  it.each([[['--seeds', '3']], [['--page', 'a.html']]])('reject %j without --nightly', (args) =>
    expect(() => readOptions(args)).toThrow('belong to --nightly'),
  );
  it.each([[['--soak']], [['--history', 'a.json']]])('reject %j with --nightly', (args) =>
    expect(() => readOptions(['--nightly', ...args])).toThrow('--nightly does not go with'),
  );
});
