import { eventName, inWords } from '../in-words';
import type { CommitEntry, PublishedEvent, SagaEntry, StepEntry, Story } from './story';

type MarkKind =
  | 'request'
  | 'commit'
  | 'outbox'
  | 'publication'
  | 'delivery'
  | 'dead-letter'
  | 'saga'
  | 'step'
  | 'compensation';
export type Tone = 'plain' | 'late' | 'bad';

/** Something that happened in a lane of the journey. Times are milliseconds after the click. */
export type Mark = Readonly<{
  id: string;
  /** The mark that caused it. */
  cause?: string;
  kind: MarkKind;
  lane: string;
  from: number;
  to: number;
  title: string;
  /** The title in a few letters, for the picture. */
  short: string;
  detail: string;
  tone: Tone;
  /** Milliseconds by which its clock was behind that of its cause; it is drawn at its cause then. */
  clockBehindMs?: number;
  /** Still going on. */
  open?: boolean;
  about?: CommitEntry | SagaEntry | StepEntry | undefined;
}>;

/** `OrderPlaced` as `Order placed`. */
const storedName = (type: string): string =>
  inWords(type.replaceAll(/(?<!^)[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).toLowerCase());

const VIEWS = 'projection';

const HOW = {
  delivered: 'delivered by the broker',
  announced: 'announced by the broker, read from the feed',
  'caught-up': 'read from the feed for a reader with a consistency token',
  pulled: 'lost by the broker, pulled from the feed',
} as const;

const statusInWords = (status: number): string =>
  status < 400 ? `status ${status}` : `rejected with ${status}`;

type Place = (mark: Omit<Mark, 'from' | 'to'>, at: string | undefined, until?: string) => void;

/** Marks of the broker: an event that was published, and what each consumer did with it. */
const eventMarks = (place: Place, commit: CommitEntry, event: PublishedEvent, cause: string): void => {
  const name = eventName(event.type);
  const lost = event.consumers.length > 0 && event.consumers.every(({ how }) => how === 'pulled');
  place(
    {
      id: event.id,
      cause,
      kind: 'publication',
      lane: 'broker',
      title: `${name}: ${lost ? 'lost by the broker' : 'published'}`,
      short: name,
      detail: `Feed position ${event.id}`,
      tone: lost ? 'late' : 'plain',
      about: commit,
    },
    event.publishedAt ?? commit.fedAt,
  );
  for (const { service, consumer, at, how } of event.consumers)
    place(
      {
        id: `${event.id} ${consumer}`,
        cause: event.id,
        kind: 'delivery',
        lane: service,
        title: `${name} applied by ${consumer}`,
        short: consumer,
        detail: HOW[how],
        tone: how === 'pulled' ? 'late' : 'plain',
        about: commit,
      },
      at,
    );
  for (const { service, consumer, at, state, reason } of event.deadLetters)
    place(
      {
        id: `${event.id} ${consumer} dead`,
        cause: event.id,
        kind: 'dead-letter',
        lane: service,
        title: `${name} is a dead letter of ${consumer}`,
        short: 'dead letter',
        detail: `${inWords(state)}: ${reason}`,
        tone: 'bad',
        about: commit,
      },
      at,
    );
};

const commitMarks = (place: Place, commit: CommitEntry): void => {
  const { id, causedBy, service, stream, revision, events, at, fedAt } = commit;
  const names = events.map(storedName);
  place(
    {
      id,
      cause: causedBy,
      kind: 'commit',
      lane: service,
      title: names.join(', '),
      short: `${names[0] ?? stream} @${revision}`,
      detail: `${stream}@${revision}`,
      tone: 'plain',
      about: commit,
    },
    at,
  );
  if (commit.published.length === 0 && fedAt === undefined) return;
  const outbox = `${id} outbox`;
  place(
    {
      id: outbox,
      cause: id,
      kind: 'outbox',
      lane: service,
      title: fedAt === undefined ? 'Waits in the outbox' : 'In the outbox',
      short: 'outbox',
      detail: commit.published.map((event) => event.id).join(', '),
      tone: 'plain',
      open: fedAt === undefined,
      about: commit,
    },
    at,
    fedAt,
  );
  for (const event of commit.published) eventMarks(place, commit, event, outbox);
};

const ENDED_BADLY = /rejected|failed|aborted|cancelled|compensat/;

const sagaMark = (place: Place, saga: SagaEntry): void => {
  place(
    {
      id: saga.id,
      cause: saga.causedBy,
      kind: 'saga',
      lane: 'worker',
      title: `Saga ${saga.saga}`,
      short: saga.saga,
      detail: inWords(saga.state),
      tone: ENDED_BADLY.test(saga.state) ? 'bad' : 'plain',
      open: saga.endedAt === undefined,
      about: saga,
    },
    saga.at,
    saga.endedAt,
  );
};

const stepMark = (place: Place, step: StepEntry): void => {
  if (step.at === undefined) return;
  const isUndo = step.compensates !== undefined;
  const tries = step.attempts > 1 ? `, ${step.attempts} attempts` : '';
  const note = step.note === undefined ? '' : `: ${step.note}`;
  place(
    {
      id: step.id,
      cause: step.causedBy,
      kind: isUndo ? 'compensation' : 'step',
      lane: 'worker',
      title: isUndo ? `Undo: ${step.step}` : `Step ${step.step}`,
      short: step.step.split('/')[0]!,
      detail: `${step.service === undefined ? '' : `calls ${step.service}, `}${step.state}${tries}${note}`,
      tone: step.state === 'rejected' ? 'bad' : isUndo ? 'late' : 'plain',
      open: step.endedAt === undefined,
      about: step,
    },
    step.at,
    step.endedAt,
  );
};

/** The first request, else the first commit: requests are kept for a month, commits forever. */
const zeroOf = ({ requests, entries }: Story): number => {
  const [first] = requests.length > 0 ? requests : entries;
  return first?.at === undefined ? 0 : Date.parse(first.at);
};

/** A request whose record is gone, or not known: that it happened follows from what it caused. */
const forgottenRequest = (place: Place, { correlationId: id }: Story): void => {
  const common = { kind: 'request', detail: 'Its times are not known', tone: 'plain' } as const;
  place({ ...common, id: `${id} click`, lane: 'browser', title: 'Click', short: 'click' }, undefined);
  place(
    { ...common, id, cause: `${id} click`, lane: 'gateway', title: 'Request', short: 'request' },
    undefined,
  );
};

const requestMarks = (place: Place, { requests, correlationId }: Story): void => {
  for (const [index, { at, endedAt, method, path, status }] of requests.entries()) {
    const id = index === 0 ? correlationId : `${correlationId} ${index + 1}`;
    const again = index === 0 ? '' : ' again, with the same key';
    const common = {
      kind: 'request',
      detail: statusInWords(status),
      tone: status < 400 ? 'plain' : 'bad',
    } as const;
    const short = `${method} ${path}`;
    place(
      { ...common, id: `${id} click`, lane: 'browser', title: `Click${again}`, short: 'click' },
      at,
      endedAt,
    );
    place(
      { ...common, id, cause: `${id} click`, lane: 'gateway', title: `${short}${again}`, short },
      at,
      endedAt,
    );
  }
};

/** When a mark is drawn: at its own time, unless that is before its cause. */
const fromOf = (
  { kind }: Pick<Mark, 'kind'>,
  own: number | '' | undefined,
  cause: Mark | undefined,
): Readonly<{ ms: number; behindMs: number }> => {
  const earliest = (kind === 'publication' ? cause?.to : cause?.from) ?? 0;
  const ms = typeof own === 'number' ? Math.max(own, earliest) : earliest;
  return { ms, behindMs: typeof own === 'number' ? ms - own : 0 };
};

/**
 * Everything in a story, each cause before its effects. A clock that is behind that of the cause would show an effect
 * first: such a mark is moved to its cause.
 */
export const marksOf = (story: Story): readonly Mark[] => {
  const zero = zeroOf(story);
  const marks = new Map<string, Mark>();
  const place: Place = (mark, at, until) => {
    const cause = mark.cause === undefined ? undefined : marks.get(mark.cause);
    const since = (iso: string): number => Date.parse(iso) - zero;
    const from = fromOf(mark, at && since(at), cause);
    const to = until === undefined ? from.ms : Math.max(from.ms, since(until));
    const behind = from.behindMs > 0 ? { clockBehindMs: from.behindMs } : {};
    if (!marks.has(mark.id)) marks.set(mark.id, { ...mark, from: from.ms, to, ...behind });
  };
  if (story.requests.length > 0) requestMarks(place, story);
  else forgottenRequest(place, story);
  for (const entry of story.entries) {
    if (entry.kind === 'commit') commitMarks(place, entry);
    else if (entry.kind === 'saga') sagaMark(place, entry);
    else stepMark(place, entry);
  }
  return [...marks.values()];
};

/** A mark with all that it caused. */
export const effectsOf = (marks: readonly Mark[], id: string): ReadonlySet<string> => {
  const lit = new Set([id]);
  for (const mark of marks) if (mark.cause !== undefined && lit.has(mark.cause)) lit.add(mark.id);
  return lit;
};

export type Band = Readonly<{ from: number; to: number; text: string; view: string }>;

const PAID: ReadonlySet<string> = new Set(['MoneyWithdrawn', 'CardCharged']);
const SUMMARY = 'customer-profile';

/** From each commit that moves money to the view that shows it. */
export const bandsOf = (marks: readonly Mark[]): readonly Pick<Band, 'from' | 'to' | 'view'>[] =>
  marks.flatMap((mark) => {
    const isPayment = mark.about?.kind === 'commit' && mark.about.events.some((type) => PAID.has(type));
    if (mark.kind !== 'commit' || !isPayment) return [];
    const effects = effectsOf(marks, mark.id);
    const shown = marks.find(
      ({ id, kind, lane, short }) =>
        effects.has(id) && kind === 'delivery' && lane === VIEWS && short === SUMMARY,
    );
    return shown === undefined ? [] : [{ from: mark.from, to: shown.from, view: SUMMARY }];
  });
