import { type CausalContext, defined } from '@bankside/std';
import type { Types } from './decider';
import type { Aggregate, Uniques } from './aggregate';
import {
  currentVersion,
  upcast,
  type Append,
  type Commit,
  type EventStore,
  type RecordedOutcome,
} from './event-store';
import type { Folded } from './stream-reader';

/** The request behind a command. It is passed in, since the domain has neither a clock nor a source of ids. */
export type CommandContext = CausalContext &
  Readonly<{
    /** Unique per request; a repeat of the request carries the same one. */
    commandId: string;
    /** Digest of the request, to detect a command id that is reused for a different one. */
    fingerprint: string;
    /** When the request arrived, ISO 8601 UTC. */
    at: string;
    /** The command applies only if the stream is at one of these revisions; `any`: if it has commits. */
    expectedRevisions?: readonly number[] | 'any';
    /** Returns the reason to reject the command before it is decided, unless its id has an outcome. For fault injection. */
    veto?: () => string | undefined;
    /** The subject of the caller's token. */
    actor?: string;
  }>;

type Position = Readonly<{ stream: string; revision: number }>;
type Repeatable = Position & Readonly<{ repeated: boolean }>;

/** The result of a command. `R`: rejections of a use case, beside those of the aggregate. `revision` is that of the stream after it; `repeated` marks the recorded outcome of a repeat. */
export type Outcome<T extends Types, R extends string = never> = Readonly<
  | (Repeatable & { status: 'accepted'; events: readonly T['event'][] })
  /** There was nothing to do: no commit was made. */
  | (Repeatable & { status: 'unchanged' })
  | (Repeatable & { status: 'rejected'; reason: T['rejection'] | R })
  /** The command id belongs to a different request. */
  | { status: 'id-reused' }
  /** The revision of the stream is none of `expectedRevisions`. */
  | (Position & { status: 'revision-differs' })
>;

/** Turns each decision into one append, and a recorded outcome into the outcome of a repeat. */
export const streamWriter = <T extends Types>(aggregate: Aggregate<T>, store: EventStore) => {
  type Known = Folded<T['state']>;
  const { upcasters = {} } = aggregate;

  const recordedOutcome = async (
    { fingerprint, stream, revision, rejected }: RecordedOutcome,
    context: CommandContext,
  ): Promise<Outcome<T>> => {
    if (fingerprint !== context.fingerprint) return { status: 'id-reused' };
    if (rejected !== undefined)
      return { status: 'rejected', stream, revision, reason: rejected as T['rejection'], repeated: true };
    const [commit] = await store.read(stream, revision - 1, 1);
    // A command without effect recorded the revision of another command's commit.
    if (commit?.commandId !== context.commandId)
      return { status: 'unchanged', stream, revision, repeated: true };
    const events = commit.events.map((event) => upcast<T['event']>(upcasters, event));
    return { status: 'accepted', stream, revision, events, repeated: true };
  };

  const commitOf = (
    stream: string,
    { revision, at: previous }: Known,
    events: readonly T['event'][],
    { commandId, at, actor, trace, correlationId, causationId }: CommandContext,
  ): Commit => ({
    stream,
    revision: revision + 1,
    events: events.map(({ type, data }) => ({ type, version: currentVersion(upcasters, type), data })),
    commandId,
    at: previous !== undefined && Date.parse(previous) > Date.parse(at) ? previous : at,
    ...defined({ actor, trace, correlationId, causationId }),
  });

  /** The append of an accepted command. */
  const acceptance = (
    stream: string,
    known: Known,
    events: readonly T['event'][],
    context: CommandContext,
  ): Append & Readonly<{ commit: Commit }> => {
    const commit = commitOf(stream, known, events, context);
    const outcome = { fingerprint: context.fingerprint, stream, revision: commit.revision };
    return {
      commandId: context.commandId,
      outcome,
      commit,
      ...aggregate.uniques?.(events, known.state),
    };
  };

  /** Records the rejection. @throws VersionConflict if the command id has an outcome already */
  const reject = async <R extends string>(
    stream: string,
    { revision }: Known,
    reason: T['rejection'] | R,
    { commandId, fingerprint }: CommandContext,
  ) => {
    await store.append({ commandId, outcome: { fingerprint, stream, revision, rejected: reason } });
    return { status: 'rejected', stream, revision, reason, repeated: false } as const;
  };

  /**
   * Records that nothing was to be done, since a repeat might otherwise find something to do later.
   * @throws VersionConflict if the command id has an outcome already
   */
  const leaveUnchanged = async (
    stream: string,
    { revision }: Known,
    { commandId, fingerprint }: CommandContext,
  ) => {
    await store.append({ commandId, outcome: { fingerprint, stream, revision } });
    return { status: 'unchanged', stream, revision, repeated: false } as const;
  };

  /** The rejection for the first value that belongs to another stream, if there is one. */
  const uniqueViolation = async (
    stream: string,
    { absent = [], claims = [] }: Uniques = {},
  ): Promise<T['rejection'] | undefined> => {
    for (const claim of [...absent, ...claims]) {
      const owner = await store.ownerOf(claim);
      if (owner !== undefined && owner !== stream) return aggregate.uniqueViolation?.[claim.index];
    }
    return undefined;
  };

  return { recordedOutcome, acceptance, reject, leaveUnchanged, uniqueViolation };
};

export type StreamWriter<T extends Types> = ReturnType<typeof streamWriter<T>>;
