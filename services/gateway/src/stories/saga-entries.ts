import type { SagaCall, SagaStep, StoryCommits, StoryEntry } from '@bankside/contracts/http';
import { defined } from '@bankside/std';

type Commit = StoryCommits['commits'][number];
export type SagaEntry = Extract<StoryEntry, { kind: 'saga' }>;
export type StepEntry = Extract<StoryEntry, { kind: 'step' }>;

/** A saga as Temporal has it. */
export type StorySaga = Readonly<{
  sagaId: string;
  startedAt: string;
  endedAt?: string | undefined;
  attributes: Readonly<Record<string, unknown>>;
  causedBy?: string | undefined;
  steps?: readonly SagaStep[] | undefined;
}>;

/** The step of a saga that a causation id names; a later round of a step has a number behind its name. */
const STEP = /^saga\/([^/]+)\/(.+?)(?:#\d+)?$/;
const ACTOR = /^saga:(.+)$/;

/** The saga of a causation id, and the id of the step's entry. */
export const stepOf = (causationId: string) => {
  const [, sagaId, step] = STEP.exec(causationId) ?? [];
  return sagaId === undefined || step === undefined
    ? undefined
    : { sagaId: decodeURIComponent(sagaId), step, id: `saga/${sagaId}/${step}` };
};

const entryId = (sagaId: string): string => `saga/${encodeURIComponent(sagaId)}`;

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const fromCall = (
  sagaId: string,
  { step, state, service, startedAt, endedAt, attempts, note }: SagaCall,
  compensates?: string,
): StepEntry[] =>
  state === 'pending'
    ? []
    : [
        {
          kind: 'step',
          id: `${entryId(sagaId)}/${step}`,
          causedBy: entryId(sagaId),
          step,
          state,
          attempts,
          ...defined({ service, at: startedAt, endedAt, note, compensates }),
        },
      ];

const stepsOf = ({ sagaId, steps = [] }: StorySaga): StepEntry[] =>
  steps.flatMap(({ compensation, ...step }) => [
    ...fromCall(sagaId, step),
    ...(compensation === undefined ? [] : fromCall(sagaId, compensation, `${entryId(sagaId)}/${step.step}`)),
  ]);

/** A commit proves that the step that made it is done. */
const provenStep = (commit: Commit): StepEntry[] => {
  const found = stepOf(commit.causedBy);
  if (found === undefined) return [];
  const { id, sagaId, step } = found;
  const { at, service } = commit;
  return [
    {
      kind: 'step',
      id,
      causedBy: entryId(sagaId),
      step,
      state: 'done',
      attempts: 1,
      service,
      at,
      endedAt: at,
    },
  ];
};

/** The sagas of a story with their steps: as Temporal knows them, and as the commits that they made prove them. */
export const sagaEntries = (
  correlationId: string,
  commits: readonly Commit[],
  sagas: readonly StorySaga[],
): readonly (SagaEntry | StepEntry)[] => {
  const known = sagas.map(({ sagaId, startedAt, endedAt, attributes, causedBy }): SagaEntry => ({
    kind: 'saga',
    id: entryId(sagaId),
    causedBy: causedBy ?? correlationId,
    at: startedAt,
    sagaId,
    saga: String(attributes['saga']),
    state: String(attributes['sagaState']),
    ...defined({ endedAt }),
  }));
  const proven = commits.flatMap((commit): SagaEntry[] => {
    const found = stepOf(commit.causedBy);
    if (found === undefined) return [];
    const saga = kebab(ACTOR.exec(commit.actor ?? '')?.[1] ?? 'unknown');
    const { sagaId } = found;
    return [
      {
        kind: 'saga',
        id: entryId(sagaId),
        causedBy: correlationId,
        at: commit.at,
        sagaId,
        saga,
        state: 'unknown',
      },
    ];
  });
  const all = [...known, ...proven, ...sagas.flatMap(stepsOf), ...commits.flatMap(provenStep)];
  // The first entry of an id is the most complete.
  return [...new Map(all.toReversed().map((entry) => [entry.id, entry])).values()].toReversed();
};
