import { defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { Call, Saga, Stage } from './definition';

/** `unknown`: given up without an answer, so it may have happened. `skipped`: by an operator. */
export type StepState = 'pending' | 'running' | 'done' | 'refused' | 'failed' | 'unknown' | 'skipped';

/** What became of a call. `attempts` is known once it has ended. */
export type CallReport = Readonly<{
  step: string;
  summary: string;
  state: StepState;
  attempts: number;
  /** Why it was refused, failed, or waits for a person; who skipped it. */
  note?: string | undefined;
  /** How far a reader must be to see what it wrote. */
  token?: string | undefined;
}>;
export type StepReport = CallReport & Readonly<{ undo?: CallReport }>;

export const stepsQuery = defineQuery<StepReport[]>('steps');

type Change = Partial<Omit<CallReport, 'step' | 'summary'>>;

const MARKS: Readonly<Record<StepState, string>> = {
  pending: '◌',
  running: '▶',
  done: '✔',
  refused: '✘',
  failed: '✘',
  unknown: '?',
  skipped: '⏭',
};

const reportOf = ({ step, summary }: Call): CallReport => ({ step, summary, state: 'pending', attempts: 0 });

const describe = ({ step, summary, state, attempts, note }: CallReport): string =>
  [
    `${MARKS[state]} **${step}** ${summary}`,
    ...(attempts > 1 ? [`(${attempts} attempts)`] : []),
    ...(note === undefined ? [] : [`— ${note}`]),
  ].join(' ');

export const callsOf = <C extends Call>(stage: Stage<C>): readonly C[] =>
  Array.isArray(stage) ? (stage as readonly C[]) : [stage as C];

/** Keeps what became of each call, and shows it: as the query `steps`, and as the workflow's current details. */
export const stepBoard = ({ name, undoable, pivot, certain }: Saga) => {
  const reports = new Map<string, CallReport>();
  const undoOf = new Map<string, string>();
  const add = (call: Call): void => void reports.set(call.step, reportOf(call));

  for (const call of undoable.flatMap(callsOf)) {
    add(call);
    add(call.undo);
    undoOf.set(call.step, call.undo.step);
  }
  for (const call of [...(pivot ? [pivot] : []), ...certain.flatMap(callsOf)]) add(call);

  const report = (step: string): CallReport => {
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
        ...steps().flatMap(({ undo, ...step }) => [
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
      [...reports.values()].find(({ state }) => state === 'refused' || state === 'unknown')?.step,
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
export type StepBoard = ReturnType<typeof stepBoard>;
