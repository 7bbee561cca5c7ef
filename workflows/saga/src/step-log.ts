import { defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { Step, SagaDefinition, Stage } from './definition';

/** `unknown`: given up without an answer, so it may have happened. `skipped`: by an operator. */
export type StepState = 'pending' | 'running' | 'done' | 'rejected' | 'failed' | 'unknown' | 'skipped';

/** What became of a call. `attempts` is known once it has ended. */
export type StepRecord = Readonly<{
  step: string;
  summary: string;
  state: StepState;
  attempts: number;
  /** Why it was refused, failed, or waits for a person; who skipped it. */
  note?: string | undefined;
  /** How far a reader must be to see what it wrote. */
  token?: string | undefined;
}>;
export type StepReport = StepRecord & Readonly<{ compensation?: StepRecord }>;

export const stepsQuery = defineQuery<StepReport[]>('steps');

type Change = Partial<Omit<StepRecord, 'step' | 'summary'>>;

const MARKS: Readonly<Record<StepState, string>> = {
  pending: '◌',
  running: '▶',
  done: '✔',
  rejected: '✘',
  failed: '✘',
  unknown: '?',
  skipped: '⏭',
};

const reportOf = ({ step, summary }: Step): StepRecord => ({ step, summary, state: 'pending', attempts: 0 });

const describe = ({ step, summary, state, attempts, note }: StepRecord): string =>
  [
    `${MARKS[state]} **${step}** ${summary}`,
    ...(attempts > 1 ? [`(${attempts} attempts)`] : []),
    ...(note === undefined ? [] : [`— ${note}`]),
  ].join(' ');

export const stepsOf = <C extends Step>(stage: Stage<C>): readonly C[] =>
  Array.isArray(stage) ? (stage as readonly C[]) : [stage as C];

/** Keeps what became of each call, and shows it: as the query `steps`, and as the workflow's current details. */
export const stepLog = ({ name, compensatable: undoable, pivot, retriable: certain }: SagaDefinition) => {
  const reports = new Map<string, StepRecord>();
  const undoOf = new Map<string, string>();
  const add = (call: Step): void => void reports.set(call.step, reportOf(call));

  for (const call of undoable.flatMap(stepsOf)) {
    add(call);
    add(call.compensation);
    undoOf.set(call.step, call.compensation.step);
  }
  for (const call of [...(pivot ? [pivot] : []), ...certain.flatMap(stepsOf)]) add(call);

  const report = (step: string): StepRecord => {
    const known = reports.get(step);
    if (known === undefined) throw new Error(`No such step: ${step}`);
    return known;
  };
  const undos = new Set(undoOf.values());
  const steps = (): StepReport[] =>
    [...reports.values()]
      .filter(({ step }) => !undos.has(step))
      .map((one) => {
        const undo = reports.get(undoOf.get(one.step) ?? '');
        return undo === undefined ? one : { ...one, undo };
      });

  const show = (): void =>
    setCurrentDetails(
      [
        `**${name}**`,
        '',
        ...steps().flatMap(({ compensation: undo, ...step }) => [
          `- ${describe(step)}`,
          ...(undo === undefined || undo.state === 'pending' ? [] : [`  - ${describe(undo)}`]),
        ]),
      ].join('\n'),
    );

  setHandler(stepsQuery, steps, { description: 'Each step with its state, its attempts and its undo.' });
  return {
    /** A call that was not planned: telling that the saga was undone. */
    add,
    report,
    /** The first step that was refused or not heard of: where the saga turned back. */
    turn: (): string | undefined =>
      [...reports.values()].find(({ state }) => state === 'rejected' || state === 'unknown')?.step,
    /** Where a saga ends that was not undone. */
    last: (): string | undefined => steps().at(-1)?.step,
    /** For who wants to see all that was written: of each stream the last. */
    tokens: (): readonly string[] => {
      const written = [...reports.values()].flatMap(({ token }) => token ?? []);
      return [...new Map(written.map((token) => [token.slice(0, token.lastIndexOf('@')), token])).values()];
    },
    set: (step: string, change: Change): void => {
      reports.set(step, { ...report(step), ...change });
      show();
    },
  };
};
export type StepLog = ReturnType<typeof stepLog>;
