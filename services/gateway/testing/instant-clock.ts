import type { Clock } from '@bankside/composition';

/** A clock whose waits end at once and advance it; `advance` stands for work that takes time. */
export const instantClock = () => {
  let time = 0;
  const advance = (ms: number): void => void (time += ms);
  const clock: Clock = {
    now: () => time,
    after: (ms) => {
      advance(ms);
      return { done: Promise.resolve(), clear: () => undefined };
    },
  };
  return { ...clock, advance };
};
