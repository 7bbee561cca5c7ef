import type { Call, Step } from './api-types';

export type StageOfSaga = Readonly<{
  /** Of the stage itself; steps of one stage run side by side. */
  stage: number;
  kind: Step['kind'];
  steps: readonly Step[];
  /** The compensations that were reached. */
  compensations: readonly Call[];
}>;

const isReached = ({ state }: Call): boolean => state !== 'pending';

/** The steps of a saga by stage, in the order in which they run. */
export const stagesOf = (steps: readonly Step[]): readonly StageOfSaga[] => {
  const numbers = [...new Set(steps.map(({ stage }) => stage))].toSorted((one, other) => one - other);
  return numbers.map((stage) => {
    const own = steps.filter((step) => step.stage === stage);
    return {
      stage,
      kind: own[0]!.kind,
      steps: own,
      compensations: own.flatMap(({ compensation }) =>
        compensation && isReached(compensation) ? [compensation] : [],
      ),
    };
  });
};

/** The steps and compensations that run now, about which an operator may decide. */
export const runningCalls = (steps: readonly Step[]): readonly Call[] =>
  steps
    .flatMap(({ compensation, ...call }): readonly Call[] => [call, ...(compensation ? [compensation] : [])])
    .filter(({ state }) => state === 'running');

/** Milliseconds from the start of a step to its last response; undefined while that is not known. */
export const lengthOf = ({ startedAt, endedAt }: Call): number | undefined =>
  startedAt === undefined || endedAt === undefined
    ? undefined
    : Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
