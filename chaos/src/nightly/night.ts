import { holds, type Report } from '../report';

type NightPlan = Readonly<{
  /** In the order of their runs. */
  seeds: readonly number[];
  /** Of each run. */
  minutes: number;
  startedAt: string;
}>;

/** A run that ended with a report, or the reason why it has none. */
export type SeedResult = Readonly<{ seed: number }> &
  (Readonly<{ report: Report }> | Readonly<{ failure: string }>);

export type Night = NightPlan & Readonly<{ results: readonly SeedResult[] }>;

export const isFinished = ({ seeds, results }: Night): boolean => results.length === seeds.length;

export const resultHolds = (result: SeedResult): boolean => 'report' in result && holds(result.report);

export const nightHolds = (night: Night): boolean => isFinished(night) && night.results.every(resultHolds);

type NightDeps = Readonly<{
  /** Runs a seed on a fresh system. */
  run: (seed: number) => Promise<Report>;
  /** Receives the results so far, before the first run and after each. */
  onProgress: (night: Night) => void;
  signal: AbortSignal;
}>;

/** Runs one seed after the other; a run that fails does not end the night, only `signal` does. */
export const runNight = async (plan: NightPlan, { run, onProgress, signal }: NightDeps): Promise<Night> => {
  let night: Night = { ...plan, results: [] };
  onProgress(night);
  for (const seed of plan.seeds) {
    if (signal.aborted) return night;
    const result: SeedResult = await run(seed).then(
      (report) => ({ seed, report }),
      (error: Error) => ({ seed, failure: error.message }),
    );
    night = { ...night, results: [...night.results, result] };
    onProgress(night);
  }
  return night;
};
