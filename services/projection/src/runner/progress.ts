import type { Progress } from '../control/registry';
import type { Step } from './runner';

/** How often progress is told at most. */
const TELL_EVERY_MS = 1_000;

/** Counts a rebuild's steps, and tells how fast it is and how long it will take. */
export const rebuildProgress = (tell: (progress: Progress) => void, now = () => performance.now()) => {
  let told = -Infinity;
  let begun: Readonly<{ at: number; events: number }> | undefined;
  return (steps: Step): void => {
    const events = steps.reduce((sum, { position }) => sum + position, 0);
    const of = steps.reduce((sum, { head }) => sum + head, 0);
    const at = now();
    begun ??= { at, events };
    if (at - told < TELL_EVERY_MS && events < of) return;
    told = at;
    const seconds = (at - begun.at) / 1000;
    const perSecond = seconds > 0 ? Math.round((events - begun.events) / seconds) : 0;
    const left = of - events;
    const secondsLeft = left === 0 || perSecond > 0 ? Math.ceil(left / (perSecond || 1)) : null;
    tell({ events, of, perSecond, secondsLeft });
  };
};
