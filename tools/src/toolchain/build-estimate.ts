import { duration } from './progress';

/** The packages of one program: all that a build compiles, and those compiled so far. */
type BuildCount = Readonly<{ packages: number; compiled: number }>;

/** Before that, too few packages are compiled to extrapolate from. */
const MEASURED_AFTER_MS = 20_000;

/**
 * What is done, what is left and about how long it takes, for several builds in a row. The time is extrapolated from
 * the packages compiled so far, so linking makes it a little short.
 */
export const buildEstimate = (counts: readonly BuildCount[], current: number, elapsedMs: number): string => {
  const sum = (of: (count: BuildCount) => number) => counts.reduce((total, count) => total + of(count), 0);
  const [packages, compiled] = [sum((count) => count.packages), sum((count) => count.compiled)];
  const now = counts[current];
  const done =
    now && now.compiled >= now.packages && now.packages > 0
      ? 'linking'
      : `${now?.compiled ?? 0} of ${now?.packages ?? 0} packages`;
  const whole = counts.length > 1 ? `, ${Math.floor((100 * compiled) / Math.max(1, packages))}% of all` : '';
  const left = (elapsedMs / Math.max(1, compiled)) * (packages - compiled);
  const minutes =
    elapsedMs < MEASURED_AFTER_MS ? '' : `, about ${duration(Math.round(left / 10_000) * 10_000)} left`;
  return `${done}${whole}${minutes}`;
};
