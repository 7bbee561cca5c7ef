import type { RebuildStep } from './rebuild';
import type { RebuildProgress } from './versions';

const REPORT_EVERY_MS = 1_000;

/** Turns the steps of a rebuild into progress, reported at most once a second and at the end. */
export const rebuildProgress = (
  report: (progress: RebuildProgress) => void,
  now = () => performance.now(),
) => {
  let reportedAt = -Infinity;
  let start: Readonly<{ at: number; events: number }> | undefined;
  return (steps: readonly RebuildStep[]): void => {
    const events = steps.reduce((sum, { position }) => sum + position, 0);
    const of = steps.reduce((sum, { head }) => sum + head, 0);
    const at = now();
    start ??= { at, events };
    if (at - reportedAt < REPORT_EVERY_MS && events < of) return;
    reportedAt = at;
    const seconds = (at - start.at) / 1000;
    const perSecond = seconds > 0 ? Math.round((events - start.events) / seconds) : 0;
    const left = of - events;
    const secondsLeft = left === 0 || perSecond > 0 ? Math.ceil(left / (perSecond || 1)) : null;
    report({ events, of, perSecond, secondsLeft });
  };
};
