import type { Aggregate } from './aggregate';
import { Rejected, type Types } from './decider';
import { VersionConflict, type Commit, type EventStore, type UpcastCommit } from './event-store';
import { type CommandContext, type Outcome, streamWriter } from './stream-writer';
import { serialByKey } from '@bankside/std';
import { stateCache, type Folded, streamReader } from './stream-reader';
import { replayVerifier, type ReplayReport } from './verify-replay';

export type HandlerOptions = Readonly<{
  /** How many streams keep their state in memory. */
  cachedStreams?: number;
  /** Commits between two snapshots of a stream, which bounds the reads of a cold load. */
  snapshotEvery?: number;
  /** How often a command is tried on a stream that other replicas write to, before it fails. */
  attempts?: number;
}>;

const CACHED_STREAMS = 10_000;
const SNAPSHOT_EVERY = 100;
const ATTEMPTS = 10;

/**
 * Makes a command from what the domain does not know, such as prices, or rejects it. Runs only if the command id has no
 * outcome yet, and its rejection is recorded like one of the decider. May run again after a conflict with another writer.
 */
export type PrepareCommand<T extends Types, R extends string = never> = (
  state: T['state'],
) => Promise<T['command'] | Rejected<T['rejection'] | R>>;

export type CommandHandler<T extends Types> = Readonly<{
  /** Loads, decides, appends. @throws VersionConflict after losing every attempt to other replicas */
  handle: <R extends string = never>(
    id: string,
    command: T['command'] | PrepareCommand<T, R>,
    context: CommandContext,
  ) => Promise<Outcome<T, R>>;
  /** The current state, with the commits of all replicas. */
  load: (id: string) => Promise<Folded<T['state']>>;
  /** Audits a stream: compares its snapshot and cached state with a fold of all its commits. */
  verifyReplay: (id: string) => Promise<ReplayReport<T['state']>>;
  /** The state after the commit `revision`. */
  stateAtRevision: (id: string, revision: number) => Promise<Folded<T['state']>>;
  /** The state at a time, ISO 8601. */
  stateAtTime: (id: string, at: string) => Promise<Folded<T['state']>>;
  /** At most `limit` commits with a revision over `after`, their events upcast to the current version. */
  history: (id: string, after: number, limit: number) => Promise<readonly UpcastCommit<T['event']>[]>;
}>;

const isExpected = (revision: number, { expectedRevisions: expected }: CommandContext): boolean =>
  expected === undefined || (expected === 'any' ? revision > 0 : expected.includes(revision));

const prepared = async <T extends Types, R extends string>(
  command: T['command'] | PrepareCommand<T, R>,
  state: T['state'],
  { veto }: CommandContext,
): Promise<T['command'] | Rejected<T['rejection'] | R>> => {
  const vetoed = veto?.();
  if (vetoed !== undefined) return new Rejected(vetoed as R);
  return typeof command === 'function' ? command(state) : command;
};

/**
 * Commands to one stream run one after another within a process. Between processes the insert of the next revision
 * decides, and the loser decides again on the new state.
 *
 * If the state is cached, a successful append proves that it was current and that the command id was new, so an accepted
 * command costs one write and no read. Every other outcome is decided on a fresh read.
 */
export const commandHandler = <T extends Types>(
  aggregate: Aggregate<T>,
  store: EventStore,
  {
    cachedStreams = CACHED_STREAMS,
    snapshotEvery = SNAPSHOT_EVERY,
    attempts = ATTEMPTS,
  }: HandlerOptions = {},
): CommandHandler<T> => {
  const { streamOf } = aggregate;
  const cache = stateCache<T['state']>(cachedStreams);
  const reader = streamReader(aggregate, store, cache);
  const writer = streamWriter(aggregate, store);
  const serial = serialByKey();
  const verifyReplay = replayVerifier(aggregate, reader, store, cache);

  const saveSnapshot = ({ stream, revision, at }: Commit, { state }: Folded<T['state']>): void => {
    if (revision % snapshotEvery !== 0) return;
    // Not awaited: a missing snapshot only costs the next cold load some reads.
    void store
      .saveSnapshot(stream, { revision, deciderVersion: aggregate.version, state, at })
      .catch(() => undefined);
  };

  const accept = async (
    stream: string,
    known: Folded<T['state']>,
    events: readonly T['event'][],
    context: CommandContext,
  ) => {
    const commit = await writer.accept(stream, known, events, context);
    const folded = reader.next(known, commit);
    cache.set(stream, folded);
    saveSnapshot(commit, folded);
    return { status: 'accepted', stream, revision: commit.revision, events, repeated: false } as const;
  };

  /** Returns undefined unless the cached state leads to an append, which alone proves that it was current. */
  const tryCached = async (
    stream: string,
    command: T['command'] | PrepareCommand<T, string>,
    context: CommandContext,
  ): Promise<Outcome<T> | undefined> => {
    const known = cache.get(stream);
    const needsOutcome = context.expectedRevisions !== undefined || context.veto !== undefined;
    if (known === undefined || needsOutcome || typeof command === 'function') return undefined;
    const decided = aggregate.decide(command, known.state);
    if (decided instanceof Rejected || decided.length === 0) return undefined; // Another replica may have written since.
    return accept(stream, known, decided, context);
  };

  /** `afterConflict`: an earlier append failed, perhaps on a unique value, so the unique values are checked as well. */
  const tryFresh = async <R extends string>(
    stream: string,
    command: T['command'] | PrepareCommand<T, R>,
    context: CommandContext,
    afterConflict: boolean,
  ): Promise<Outcome<T, R>> => {
    const [recorded, known] = await Promise.all([store.outcomeOf(context.commandId), reader.latest(stream)]);
    if (recorded !== undefined) return writer.recordedOutcome(recorded, context);
    if (!isExpected(known.revision, context))
      return { status: 'revision-differs', stream, revision: known.revision };
    const ready = await prepared<T, R>(command, known.state, context);
    const decided = ready instanceof Rejected ? ready : aggregate.decide(ready, known.state);
    if (decided instanceof Rejected) return writer.reject(stream, known, decided.reason, context);
    if (decided.length === 0) return writer.leaveUnchanged(stream, known, context);
    const violation = afterConflict
      ? await writer.uniqueViolation(stream, aggregate.uniques?.(decided, known.state))
      : undefined;
    return violation === undefined
      ? accept(stream, known, decided, context)
      : writer.reject(stream, known, violation, context);
  };

  /** Returns undefined if another writer won. */
  const attempt = async <R extends string>(
    stream: string,
    command: T['command'] | PrepareCommand<T, R>,
    context: CommandContext,
    number: number,
  ): Promise<Outcome<T, R> | undefined> => {
    try {
      const cached = number === 0 ? await tryCached(stream, command, context) : undefined;
      return cached ?? (await tryFresh(stream, command, context, number > 0));
    } catch (error) {
      if (error instanceof VersionConflict) return undefined;
      cache.drop(stream); // After an outage it is unknown whether the write took effect.
      throw error;
    }
  };

  return {
    handle: (id, command, context) => {
      const stream = streamOf(id);
      return serial(stream, async () => {
        for (let number = 0; number < attempts; number += 1) {
          const outcome = await attempt(stream, command, context, number);
          if (outcome !== undefined) return outcome;
        }
        throw new VersionConflict(`${stream}: lost to other writers ${attempts} times`);
      });
    },
    load: (id) => reader.latest(streamOf(id)),
    verifyReplay: (id) => verifyReplay(streamOf(id)),
    stateAtRevision: (id, revision) => reader.upTo(streamOf(id), (commit) => commit.revision <= revision),
    stateAtTime: (id, at) => reader.upTo(streamOf(id), (commit) => Date.parse(commit.at) <= Date.parse(at)),
    history: (id, after, limit) => reader.history(streamOf(id), after, limit),
  };
};
