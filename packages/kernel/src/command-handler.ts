import type { Aggregate } from './aggregate';
import { Rejected, type Types } from './decider';
import { VersionConflict, type EventStore, type UpcastCommit } from './event-store';
import { type CommandContext, type Outcome, streamWriter } from './stream-writer';
import { acceptedCommands, type Accepted } from './accepted-commands';
import { requestQueue, type PrepareCommand, type Request } from './request-queue';
import { stateCache, type Folded, streamReader } from './stream-reader';
import { replayVerifier, type ReplayReport } from './verify-replay';

type HandlerOptions = Readonly<{
  /** How many streams keep their state in memory. */
  cachedStreams?: number;
  /** Commits between two snapshots of a stream, which bounds the reads of a cold load. */
  snapshotEvery?: number;
  /** How often a command is tried on a stream that other replicas write to, before it fails. */
  attempts?: number;
}>;

const CACHED_STREAMS = 5_000;
const SNAPSHOT_EVERY = 100;
const ATTEMPTS = 10;

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
 * command costs one write and no read. Every other outcome is decided on a fresh read. Commands that wait for the stream
 * share the next write while they are accepted, each on the state that the previous one leads to; after a conflict they
 * run one by one.
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
  const verifyReplay = replayVerifier(aggregate, reader, store, cache);

  const { acceptedBy, appendAll, beginPrepared, decidedTogether } = acceptedCommands({
    aggregate,
    store,
    cache,
    reader,
    writer,
    snapshotEvery,
  });

  /** `afterConflict`: an earlier append failed, perhaps on a unique value, so the unique values are checked as well. */
  const tryFresh = async (
    stream: string,
    { command, context }: Request<T>,
    afterConflict: boolean,
  ): Promise<Outcome<T, string>> => {
    const [recorded, known] = await Promise.all([store.outcomeOf(context.commandId), reader.latest(stream)]);
    if (recorded !== undefined) return writer.recordedOutcome(recorded, context);
    if (!isExpected(known.revision, context)) {
      // The first attempt may have been stored between the two reads, and is the reason why the revision differs.
      const stored = await store.outcomeOf(context.commandId);
      if (stored !== undefined) return writer.recordedOutcome(stored, context);
      return { status: 'revision-differs', stream, revision: known.revision };
    }
    const ready = await prepared<T, string>(command, known.state, context);
    const decided = ready instanceof Rejected ? ready : aggregate.decide(ready, known.state);
    if (decided instanceof Rejected) return writer.reject(stream, known, decided.reason, context);
    if (decided.length === 0) return writer.leaveUnchanged(stream, known, context);
    const violation = afterConflict
      ? await writer.uniqueViolation(stream, aggregate.uniques?.(decided, known.state))
      : undefined;
    return violation === undefined
      ? (await appendAll([acceptedBy(stream, known, decided, context)]))[0]!
      : writer.reject(stream, known, violation, context);
  };

  /** @param lost how many attempts other writers have won already */
  const decideFresh = async (
    stream: string,
    request: Request<T>,
    lost: number,
  ): Promise<Outcome<T, string>> => {
    for (let number = lost; number < attempts; number += 1) {
      try {
        const begun = number === 0 ? beginPrepared(stream, request) : undefined;
        return (begun && (await begun)) ?? (await tryFresh(stream, request, number > 0));
      } catch (error) {
        if (!(error instanceof VersionConflict)) throw error;
      }
    }
    throw new VersionConflict(`${stream}: lost to other writers ${attempts} times`);
  };

  /** Returns undefined if several were appended together and one of them was in conflict. */
  const outcomesOf = async (
    stream: string,
    batch: readonly Request<T>[],
    accepted: readonly Accepted<T>[],
  ): Promise<readonly Outcome<T, string>[] | undefined> => {
    try {
      if (accepted.length > 0) return await appendAll(accepted);
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (accepted.length > 1) return undefined;
    }
    return [await decideFresh(stream, batch[0]!, accepted.length)];
  };

  const enqueue = requestQueue<T, Accepted<T>>({
    decide: decidedTogether,
    settle: outcomesOf,
    // After an outage it is unknown whether the write took effect.
    onOutage: cache.drop,
  });

  return {
    handle: <R extends string>(
      id: string,
      command: T['command'] | PrepareCommand<T, R>,
      context: CommandContext,
    ) =>
      new Promise<Outcome<T, R>>((resolve, reject) =>
        enqueue(streamOf(id), {
          command,
          context,
          alone: false,
          // The reasons of this command are those of its own preparation.
          resolve: (outcome) => resolve(outcome as Outcome<T, R>),
          reject,
        }),
      ),
    load: (id) => reader.latest(streamOf(id)),
    verifyReplay: (id) => verifyReplay(streamOf(id)),
    stateAtRevision: (id, revision) => reader.upTo(streamOf(id), (commit) => commit.revision <= revision),
    stateAtTime: (id, at) => reader.upTo(streamOf(id), (commit) => Date.parse(commit.at) <= Date.parse(at)),
    history: (id, after, limit) => reader.history(streamOf(id), after, limit),
  };
};
