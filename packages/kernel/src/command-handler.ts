import type { Aggregate } from './aggregate';
import { Rejected, type Message } from './decider';
import {
  currentVersion,
  upcast,
  VersionConflict,
  type Answer,
  type Append,
  type Commit,
  type EventStore,
} from './event-store';
import { serialByKey } from './serial';
import { stateCache, type Folded } from './state-cache';
import { streamReader } from './stream-reader';

/** Which request this is, from the edge: the domain knows neither clock nor ids. */
export type CommandContext = Readonly<{
  /** Unique for ever for one request; a repeat carries the same. */
  commandId: string;
  /** Digest of what was asked, so that an id used for something else is noticed. */
  fingerprint: string;
  /** ISO 8601 UTC. */
  at: string;
  actor?: string;
  trace?: string;
}>;

/** What became of a command. `revision` is that of the stream after it; `repeated` says that this is the first answer, again. */
export type Outcome<E extends Message, R extends string> = Readonly<
  | { status: 'accepted'; stream: string; revision: number; events: readonly E[]; repeated: boolean }
  | { status: 'rejected'; stream: string; revision: number; reason: R; repeated: boolean }
  | { status: 'id-reused' }
>;

export type HandlerOptions = Readonly<{ cachedStreams?: number; snapshotEvery?: number; attempts?: number }>;

/** States kept in memory for the streams used last. */
const CACHED_STREAMS = 10_000;
/** Commits between two snapshots of a stream: bounds what a cold load reads. */
const SNAPSHOT_EVERY = 100;
/** Rounds against other replicas on one stream before the caller is told to try later. */
const ATTEMPTS = 10;

/**
 * Loads, decides, appends. Commands to one stream wait for each other within a process; between processes the
 * insert of the next revision decides, and the loser decides anew.
 *
 * On a cached stream the append itself proves that the state was current and the command new, so an accepted
 * command costs one write and no read. Whatever is to be answered *without* an append is decided on a fresh read.
 * @throws VersionConflict when other replicas won every round
 */
export const commandHandler = <S, C extends Message, E extends Message, R extends string>(
  aggregate: Aggregate<S, C, E, R>,
  store: EventStore,
  { cachedStreams = CACHED_STREAMS, snapshotEvery = SNAPSHOT_EVERY, attempts = ATTEMPTS }: HandlerOptions = {},
) => {
  const cache = stateCache<S>(cachedStreams);
  const reader = streamReader(aggregate, store, cache);
  const serial = serialByKey();

  const firstAnswer = async (answer: Answer, context: CommandContext): Promise<Outcome<E, R>> => {
    if (answer.fingerprint !== context.fingerprint) return { status: 'id-reused' };
    const { stream, revision, rejected } = answer;
    if (rejected !== undefined) return { status: 'rejected', stream, revision, reason: rejected as R, repeated: true };
    const [commit] = await store.read(stream, revision - 1, 1);
    const events = (commit?.events ?? []).map((event) => upcast<E>(aggregate.upcasters ?? {}, event));
    return { status: 'accepted', stream, revision, events, repeated: true };
  };

  const commitOf = (stream: string, { revision }: Folded<S>, events: readonly E[], context: CommandContext): Commit => {
    const { commandId, at, actor, trace } = context;
    return {
      stream,
      revision: revision + 1,
      events: events.map(({ type, data }) => ({ type, version: currentVersion(aggregate.upcasters ?? {}, type), data })),
      commandId,
      at,
      ...(actor !== undefined && { actor }),
      ...(trace !== undefined && { trace }),
    };
  };

  const saveSnapshot = ({ stream, revision }: Commit, { state }: Folded<S>): void => {
    if (revision % snapshotEvery !== 0) return;
    // Not awaited: a snapshot that is lost or fails costs the next cold load some reads.
    void store.saveSnapshot(stream, { revision, deciderVersion: aggregate.version, state }).catch(() => undefined);
  };

  const accept = async (stream: string, known: Folded<S>, events: readonly E[], context: CommandContext) => {
    const commit = commitOf(stream, known, events, context);
    const answer = { fingerprint: context.fingerprint, stream, revision: commit.revision };
    const uniques = aggregate.uniques?.(events, known.state) ?? {};
    await store.append({ commandId: context.commandId, answer, commit, ...uniques });
    const folded = reader.next(known, commit);
    cache.set(stream, folded);
    saveSnapshot(commit, folded);
    return { status: 'accepted', stream, revision: commit.revision, events, repeated: false } as const;
  };

  const refuse = async (stream: string, { revision }: Folded<S>, reason: R, context: CommandContext) => {
    const answer: Answer = { fingerprint: context.fingerprint, stream, revision, rejected: reason };
    await store.append({ commandId: context.commandId, answer });
    return { status: 'rejected', stream, revision, reason, repeated: false } as const;
  };

  const unchanged = (stream: string, { revision }: Folded<S>) =>
    ({ status: 'accepted', stream, revision, events: [], repeated: true }) as const;

  /** The rejection for the first claimed value that is another stream's, if any is. */
  const takenBy = async (stream: string, claims: Append['claims'] = []): Promise<R | undefined> => {
    for (const claim of claims) {
      const owner = await store.ownerOf(claim);
      if (owner !== undefined && owner !== stream) return aggregate.taken?.[claim.index];
    }
    return undefined;
  };

  const attempt = async (
    stream: string,
    command: C,
    context: CommandContext,
    lostBefore: boolean,
  ): Promise<Outcome<E, R> | 'again'> => {
    const cached = lostBefore ? undefined : cache.get(stream);
    const [answer, known] = cached
      ? [undefined, cached]
      : await Promise.all([store.answerOf(context.commandId), reader.latest(stream)]);
    if (answer !== undefined) return firstAnswer(answer, context);
    const decided = aggregate.decide(command, known.state);
    if (cached && (decided instanceof Rejected || decided.length === 0)) return 'again'; // Another replica may have written since.
    if (decided instanceof Rejected) return refuse(stream, known, decided.reason, context);
    if (decided.length === 0) return unchanged(stream, known);
    const taken = lostBefore ? await takenBy(stream, aggregate.uniques?.(decided, known.state).claims) : undefined;
    if (taken !== undefined) return refuse(stream, known, taken, context);
    return accept(stream, known, decided, context);
  };

  const handle = (id: string, command: C, context: CommandContext): Promise<Outcome<E, R>> => {
    const stream = aggregate.streamOf(id);
    return serial(stream, async () => {
      for (let round = 0; round < attempts; round += 1) {
        const outcome = await attempt(stream, command, context, round > 0).catch((error: unknown) => {
          if (error instanceof VersionConflict) return 'again' as const;
          cache.drop(stream); // An outage: the write may have happened or not.
          throw error;
        });
        if (outcome !== 'again') return outcome;
      }
      throw new VersionConflict(`${stream}: other writers won ${attempts} times`);
    });
  };

  return {
    handle,
    /** The current state, including what other replicas wrote. */
    load: (id: string) => reader.latest(aggregate.streamOf(id)),
    stateAtRevision: (id: string, revision: number) =>
      reader.upTo(aggregate.streamOf(id), (commit) => commit.revision <= revision),
    stateAtTime: (id: string, at: string) =>
      reader.upTo(aggregate.streamOf(id), (commit) => Date.parse(commit.at) <= Date.parse(at)),
    history: (id: string, after: number, limit: number) => reader.history(aggregate.streamOf(id), after, limit),
  };
};

export type CommandHandler<S, C extends Message, E extends Message, R extends string> = ReturnType<
  typeof commandHandler<S, C, E, R>
>;
