import { idlePause } from './idle-pause';

describe('the pause of a fallback check', () => {
  let now = 1_000;
  const pause = idlePause({ firstMs: 100, longestMs: 1_500 }, () => now);
  const after = (ms: number): number => {
    now += ms;
    return pause.ms();
  };
  it('is the shortest one at first', () => expect(pause.ms()).toBe(100));
  it('grows with the time since the last activity, up to a limit', () => {
    expect([after(200), after(400), after(1_400), after(60_000)]).toEqual([100, 300, 1_000, 1_500]);
  });
  it('is the shortest one again after an activity', () => {
    pause.active();
    expect(pause.ms()).toBe(100);
  });
});
