import { PreflightError } from '../../errors';

export type Selection = Readonly<{
  /** The names of the only steps to run. Default: all. */
  only: readonly string[];
  /** The first step to run. Default: the first of all. */
  from: string | undefined;
  /** Leaves the releases installed at the end. */
  keep: boolean;
}>;

const LAST = 'uninstall';

/** The names of the steps to run, in their order. @throws PreflightError for a step that does not exist */
export const selectSteps = (names: readonly string[], { only, from, keep }: Selection): readonly string[] => {
  const unknown = [...only, ...(from === undefined ? [] : [from])].filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new PreflightError(`There is no step ${unknown.join(', ')}. The steps are ${names.join(', ')}.`);
  return names
    .slice(from === undefined ? 0 : names.indexOf(from))
    .filter((name) => (only.length === 0 ? !(keep && name === LAST) : only.includes(name)));
};

export type Outcome = Readonly<{ step: string; seconds: number; ok: boolean; result: string }>;

/** One line for each step, with the first line of its result, and the total time. */
export const tableOf = (outcomes: readonly Outcome[]): string => {
  const total = outcomes.reduce((sum, { seconds }) => sum + seconds, 0);
  const rows = [
    ['step', 'seconds', 'result'],
    ...outcomes.map(({ step, seconds, ok, result }) => [
      step,
      seconds.toFixed(1),
      `${ok ? '' : 'FAILED: '}${result.split('\n')[0]}`,
    ]),
    ['total', total.toFixed(1), `${(total / 60).toFixed(1)} minutes`],
  ] as const;
  const width = Math.max(...rows.map(([step]) => step!.length));
  return rows
    .map(([step, seconds, result]) => `${step!.padEnd(width)}  ${seconds!.padStart(7)}  ${result}\n`)
    .join('');
};
