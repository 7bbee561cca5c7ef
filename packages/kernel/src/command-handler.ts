import type { Aggregate } from './aggregate';
import { Rejected, type Message } from './decider';
import { VersionConflict, type Commit, type EventStore } from './event-store';
import type { CommandContext, Outcome } from './outcome';
import { replayVerifier } from './verify-replay';
import { serialByKey } from './serial';
import { stateCache, type Folded } from './state-cache';
import { streamReader } from './stream-reader';
import { streamWriter } from './stream-writer';

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
  {
    cachedStreams = CACHED_STREAMS,
    snapshotEvery = SNAPSHOT_EVERY,
    attempts = ATTEMPTS,
  }: HandlerOptions = {},
) => {
  const cache = stateCache<S>(cachedStreams);
  const reader = streamReader(aggregate, store, cache);
  const writer = streamWriter(aggregate, store);
  const serial = serialByKey();
  const verifyReplay = replayVerifier(reader, store, cache);

  const saveSnapshot = ({ stream, revision }: Commit, { state }: Folded<S>): void => {
    if (revision % snapshotEvery !== 0) return;
    // Not awaited: a snapshot that is lost or fails costs the next cold load some reads.
    void store
      .saveSnapshot(stream, { revision, deciderVersion: aggregate.version, state })
      .catch(() => undefined);
  };

  const accept = async (stream: string, known: Folded<S>, events: readonly E[], context: CommandContext) => {
    const commit = await writer.accept(stream, known, events, context);
    const folded = reader.next(known, commit);
    cache.set(stream, folded);
    saveSnapshot(commit, folded);
    return { status: 'accepted', stream, revision: commit.revision, events, repeated: false } as const;
  };

  /** Decides on the cached state alone. Gives up unless it ends in an append, which proves that the state was current. */
  const tryCached = async (
    stream: string,
    command: C,
    context: CommandContext,
  ): Promise<Outcome<E, R> | undefined> => {
    const known = cache.get(stream);
    if (known === undefined || context.expectedRevision !== undefined) return undefined;
    const decided = aggregate.decide(command, known.state);
    if (decided instanceof Rejected || decided.length === 0) return undefined; // Another replica may have written since.
    return accept(stream, known, decided, context);
  };

  /** Decides on what the store says now. `lostBefore`: an append met something, which may be a unique value. */
  const tryFresh = async (
    stream: string,
    command: C,
    context: CommandContext,
    lostBefore: boolean,
  ): Promise<Outcome<E, R>> => {
    const [recorded, known] = await Promise.all([store.outcomeOf(context.commandId), reader.latest(stream)]);
    if (recorded !== undefined) return writer.recordedOutcome(recorded, context);
    const { expectedRevision = known.revision } = context;
    if (expectedRevision !== known.revision)
      return { status: 'revision-differs', stream, revision: known.revision };
    const decided = aggregate.decide(command, known.state);
    if (decided instanceof Rejected) return writer.refuse(stream, known, decided.reason, context);
    if (decided.length === 0) return writer.doNothing(stream, known, context);
    const taken = lostBefore
      ? await writer.uniqueViolation(stream, aggregate.uniques?.(decided, known.state).claims)
      : undefined;
    return taken === undefined
      ? accept(stream, known, decided, context)
      : writer.refuse(stream, known, taken, context);
  };

  const round = async (stream: string, command: C, context: CommandContext, number: number) => {
    try {
      const cached = number === 0 ? await tryCached(stream, command, context) : undefined;
      return cached ?? (await tryFresh(stream, command, context, number > 0));
    } catch (error) {
      if (error instanceof VersionConflict) return undefined;
      cache.drop(stream); // An outage: the write may have happened or not.
      throw error;
    }
  };

  const handle = (id: string, command: C, context: CommandContext): Promise<Outcome<E, R>> => {
    const stream = aggregate.streamOf(id);
    return serial(stream, async () => {
      for (let number = 0; number < attempts; number += 1) {
        const outcome = await round(stream, command, context, number);
        if (outcome !== undefined) return outcome;
      }
      throw new VersionConflict(`${stream}: other writers won ${attempts} times`);
    });
  };

  return {
    handle,
    /** The current state, including what other replicas wrote. */
    load: (id: string) => reader.latest(aggregate.streamOf(id)),
    /** Audit: whether snapshot and cached state are what all commits say. */
    verifyReplay: (id: string) => verifyReplay(aggregate.streamOf(id)),
    ...timeTravel(aggregate, reader),
  };
};

const timeTravel = <S, C extends Message, E extends Message, R extends string>(
  { streamOf }: Aggregate<S, C, E, R>,
  reader: ReturnType<typeof streamReader<S, C, E, R>>,
) => ({
  stateAtRevision: (id: string, revision: number) =>
    reader.upTo(streamOf(id), (commit) => commit.revision <= revision),
  stateAtTime: (id: string, at: string) =>
    reader.upTo(streamOf(id), (commit) => Date.parse(commit.at) <= Date.parse(at)),
  /** Commits with a revision over `after`, their events lifted to the newest version. */
  history: (id: string, after: number, limit: number) => reader.history(streamOf(id), after, limit),
});

export type CommandHandler<S, C extends Message, E extends Message, R extends string> = ReturnType<
  typeof commandHandler<S, C, E, R>
>;
