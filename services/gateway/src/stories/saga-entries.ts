import type { SagaCall, SagaStep, StoryCommits, StoryEntry } from '@bankside/contracts/http';
import { Problem } from '@bankside/http';
import { isOutage } from '@bankside/std';
import type { Sagas } from '../sagas';

type Commit = StoryCommits['commits'][number];
type Found = Awaited<ReturnType<Sagas['find']>>;

const OF_SAGA = /^saga\/([^/]+)\//;
/** The id of an order's saga is that of the order. */
const ORDER = /^order-(.+)$/;
const NOT_FOUND = 404;

/** The sagas that caused commits, and those of placed orders, which may not have caused any yet. */
const sagaIdsOf = (commits: readonly Commit[]): readonly string[] => {
  const causing = commits.flatMap(({ causedBy }) => {
    const [, id] = OF_SAGA.exec(causedBy) ?? [];
    return id === undefined ? [] : [decodeURIComponent(id)];
  });
  const placed = commits.flatMap(({ service, stream }) => {
    const [, id] = ORDER.exec(stream) ?? [];
    return service === 'orders' && id !== undefined ? [id] : [];
  });
  return [...new Set([...causing, ...placed])];
};

/** Undefined if there is no such saga. @throws Outage */
const findSaga = async (sagas: Pick<Sagas, 'find'>, sagaId: string): Promise<Found | undefined> => {
  try {
    return await sagas.find(sagaId);
  } catch (error) {
    if (error instanceof Problem && error.status === NOT_FOUND) return undefined;
    throw error;
  }
};

/** `placeOrder` as `place-order`. */
const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const stepEntry = (saga: string, call: SagaCall, compensates?: string): StoryEntry => {
  const { step, service, state, attempts, note, startedAt, endedAt } = call;
  return {
    kind: 'step',
    id: `${saga}/${step}`,
    causedBy: saga,
    at: startedAt,
    endedAt: state === 'running' ? undefined : endedAt,
    step,
    service,
    state,
    attempts,
    note,
    ...(compensates !== undefined && { compensates: `${saga}/${compensates}` }),
  };
};

const stepEntries = (saga: string, { compensation, ...step }: SagaStep): readonly StoryEntry[] => [
  stepEntry(saga, step),
  ...(compensation === undefined ? [] : [stepEntry(saga, compensation, step.step)]),
];

/** The event that started the saga: the first one that no saga caused; the request itself if there is none. */
const causeOf = (commits: readonly Commit[], correlationId: string): string => {
  const first = commits.find(({ causedBy, published }) => !OF_SAGA.test(causedBy) && published.length > 0);
  return first?.published[0]?.id ?? correlationId;
};

const entriesOf = (found: Found, causedBy: string): readonly StoryEntry[] => {
  const { sagaId, saga, status, startedAt, endedAt, attributes, steps = [] } = found;
  const id = `saga/${encodeURIComponent(sagaId)}`;
  return [
    {
      kind: 'saga',
      id,
      causedBy,
      at: startedAt,
      endedAt,
      sagaId,
      saga: kebab(saga),
      state: typeof attributes['sagaState'] === 'string' ? attributes['sagaState'] : status,
    },
    ...steps.flatMap((step) => stepEntries(id, step)).filter(({ at }) => at !== undefined),
  ];
};

/** The sagas of a story with the steps that have begun, while Temporal keeps them. `missing` if it does not respond. */
export const readSagas = async (
  sagas: Pick<Sagas, 'find'>,
  { commits, correlationId }: Readonly<{ commits: readonly Commit[]; correlationId: string }>,
): Promise<Readonly<{ entries: readonly StoryEntry[]; missing: readonly string[] }>> => {
  const causedBy = causeOf(commits, correlationId);
  try {
    const found = await Promise.all(sagaIdsOf(commits).map((id) => findSaga(sagas, id)));
    return {
      entries: found.flatMap((one) => (one === undefined ? [] : entriesOf(one, causedBy))),
      missing: [],
    };
  } catch (error) {
    if (isOutage(error)) return { entries: [], missing: ['temporal'] };
    throw error;
  }
};
