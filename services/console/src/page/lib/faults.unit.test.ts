import { faultInWords, faultsOn } from './faults';

describe('faults in words', () => {
  it('name each switch that is on', () => {
    const faults = { delayMs: 2_000, errorRate: 0.3, rejectNext: 0, crashAfterEffect: false, dropRate: 1 };
    expect(faultInWords(faults)).toBe('slow 2 s, fails 30 %, loses all events');
    expect(faultsOn(faults).map(({ name }) => name)).toEqual(['delayMs', 'errorRate', 'dropRate']);
  });

  it.each([
    [{ errorRate: 1 }, 'fails'],
    [{ viewDelayMs: 500 }, 'views late 500 ms'],
    [{ delayMs: 1_500 }, 'slow 1.5 s'],
    [{ rejectNext: 2 }, 'rejects the next 2'],
    [{}, ''],
  ])('of %j are %j', (faults, text) => expect(faultInWords(faults)).toBe(text));
});
