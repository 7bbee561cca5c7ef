import { defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { stepsOf, type SagaDefinition, type Stage, type Step, type StepKind } from './definition';
import { STEPS_QUERY } from './protocol';

/** `unknown`: given up without a response, so the step may have taken effect. `skipped`: by an operator. */
type StepState = 'pending' | 'running' | 'done' | 'rejected' | 'unknown' | 'skipped';

export type StepRecord = Readonly<{
  step: string;
  summary: string;
  kind: StepKind;
  /** Steps of the same stage run concurrently; a compensation has the stage of its step. */
  stage: number;
  state: StepState;
  /** Complete once the step has ended. */
  attempts: number;
  /** The reason of a rejection, the last error, or the operator who skipped the step. */
  note?: string | undefined;
  /** Known once the service has responded. */
  service?: string | undefined;
  startedAt?: string | undefined;
  /** Of the last response. */
  endedAt?: string | undefined;
  /** The `Consistency-Token` of what the step wrote. */
  token?: string | undefined;
}>;
export type StepReport = StepRecord & Readonly<{ compensation?: StepRecord | undefined }>;

export const stepsQuery = defineQuery<StepReport[]>(STEPS_QUERY);

type Change = Partial<Omit<StepRecord, 'step' | 'summary' | 'kind' | 'stage'>>;

const LOST = 'its result was lost with a workflow task';

const MARKS: Readonly<Record<StepState, string>> = {
  pending: '◌',
  running: '▶',
  done: '✔',
  rejected: '✘',
  unknown: '?',
  skipped: '⏭',
};

const describe = ({ step, summary, state, attempts, note }: StepRecord): string =>
  [
    `${MARKS[state]} **${step}** ${summary}`,
    ...(attempts > 1 ? [`(${attempts} attempts)`] : []),
    ...(note === undefined ? [] : [`— ${note}`]),
  ].join(' ');

/** Records the state of each step, and shows it in the query `steps` and in the workflow's current details. */
export const stepLog = ({
  name: saga,
  preconditions = [],
  compensatable,
  pivot,
  retriable,
}: SagaDefinition) => {
  const records = new Map<string, StepRecord>();
  const compensationOf = new Map<string, string>();
  const held = new Set<string>();
  let stages = 0;
  const add = ({ name, summary }: Step, kind: StepKind): void =>
    void records.set(name, { step: name, summary, kind, stage: stages, state: 'pending', attempts: 0 });
  const addStage = (stage: Stage<Step>, kind: StepKind): void => {
    for (const step of stepsOf(stage)) add(step, kind);
    stages += 1;
  };

  for (const stage of preconditions) addStage(stage, 'precondition');
  for (const stage of compensatable) {
    for (const step of stepsOf(stage)) {
      add(step, 'compensatable');
      add(step.compensation, 'compensatable');
      compensationOf.set(step.name, step.compensation.name);
    }
    stages += 1;
  }
  addStage(pivot, 'pivot');
  for (const stage of retriable) addStage(stage, 'retriable');

  const get = (step: string): StepRecord => {
    const known = records.get(step);
    if (known === undefined) throw new Error(`No such step: ${step}`);
    return known;
  };
  const compensations = new Set(compensationOf.values());
  const steps = (): StepReport[] =>
    [...records.values()]
      .filter(({ step }) => !compensations.has(step))
      .map((record) => {
        const compensation = records.get(compensationOf.get(record.step) ?? '');
        return compensation === undefined ? record : { ...record, compensation };
      });

  const show = (): void =>
    setCurrentDetails(
      [
        `**${saga}**`,
        '',
        ...steps().flatMap(({ compensation, ...step }) => [
          `- ${describe(step)}`,
          ...(compensation === undefined || compensation.state === 'pending'
            ? []
            : [`  - ${describe(compensation)}`]),
        ]),
      ].join('\n'),
    );

  const set = (step: string, change: Change): void => {
    records.set(step, { ...get(step), ...change });
    show();
  };

  setHandler(stepsQuery, steps, {
    description: 'The state, the attempts and the compensation of each step.',
  });
  return {
    steps,
    /** Notes that steps have succeeded whose results were lost with a workflow task. */
    assumeDone: (lost: readonly Stage<Step>[]): void => {
      for (const { name } of lost.flatMap<Step>(stepsOf))
        if (get(name).state !== 'done') set(name, { state: 'done', note: LOST });
    },
    /** Adds a step that is not known at the start: the report of how the saga ended, or a fallback. */
    add: addStage,
    get,
    /** The first step that was rejected or given up: where compensation begins. */
    turningPoint: (): string | undefined =>
      [...records.values()].find(({ state }) => state === 'rejected' || state === 'unknown')?.step,
    /** The reasons of the rejected steps, in the order of the definition. */
    rejections: (): readonly string[] => [
      ...new Set(
        [...records.values()].flatMap(({ state, note }) => (state === 'rejected' ? (note ?? []) : [])),
      ),
    ],
    /** Notes that the server runs the step since the first attempt of the first workflow task, and has recorded it. */
    heldFromStart: (step: string): void => void held.add(step),
    /** Whether such a step is not done. Then no task was lost before it, and none can have gone beyond it. */
    isHeldFromStart: (): boolean => [...held].some((step) => get(step).state !== 'done'),
    lastStep: (): string | undefined => steps().at(-1)?.step,
    /** The newest token of each stream that the steps wrote to. */
    tokens: (): readonly string[] => {
      const written = [...records.values()].flatMap(({ token }) => token ?? []);
      return [...new Map(written.map((token) => [token.slice(0, token.lastIndexOf('@')), token])).values()];
    },
    set,
  };
};
export type StepLog = ReturnType<typeof stepLog>;
