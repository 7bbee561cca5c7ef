import type { Aggregate } from './aggregate';
import { Rejected, type Types } from './decider';
import type { Append, Commit, EventStore } from './event-store';
import type { PrepareCommand, Request, Waiting } from './request-queue';
import type { Folded, StateCache, StreamReader } from './stream-reader';
import type { CommandContext, Outcome, StreamWriter } from './stream-writer';

/** Commands of one stream in one write. */
const TOGETHER = 64;

/** An accepted command before its append; `folded` is the state after it. */
export type Accepted<T extends Types> = Readonly<{
  events: readonly T['event'][];
  append: Append & Readonly<{ commit: Commit }>;
  folded: Folded<T['state']>;
}>;

type AcceptedCommandsOptions<T extends Types> = Readonly<{
  aggregate: Aggregate<T>;
  store: EventStore;
  cache: StateCache<T['state']>;
  reader: StreamReader<T>;
  writer: StreamWriter<T>;
  snapshotEvery: number;
}>;

/** Whether a command must not be decided before it is known that its id has no outcome. */
const needsOutcome = ({ expectedRevisions, veto }: CommandContext): boolean =>
  expectedRevisions !== undefined || veto !== undefined;

/** Decides on cached states, and appends. */
export const acceptedCommands = <T extends Types>({
  aggregate,
  store,
  cache,
  reader,
  writer,
  snapshotEvery,
}: AcceptedCommandsOptions<T>) => {
  const saveSnapshot = ({ stream, revision, at }: Commit, { state }: Folded<T['state']>): void => {
    if (revision % snapshotEvery !== 0) return;
    // Not awaited: a missing snapshot only costs the next cold load some reads.
    void store
      .saveSnapshot(stream, { revision, deciderVersion: aggregate.version, state, at })
      .catch(() => undefined);
  };

  /** The command's append, and the state after it. */
  const acceptedBy = (
    stream: string,
    known: Folded<T['state']>,
    events: readonly T['event'][],
    context: CommandContext,
  ): Accepted<T> => {
    const append = writer.acceptance(stream, known, events, context);
    return { events, append, folded: reader.next(known, append.commit) };
  };

  /** @throws VersionConflict if the stream has moved on, or a command id or a claimed value is taken */
  const appendAll = async (accepted: readonly Accepted<T>[]): Promise<readonly Outcome<T>[]> => {
    await store.append(...accepted.map(({ append }) => append));
    return accepted.map(({ events, append: { commit }, folded }) => {
      cache.set(commit.stream, folded);
      saveSnapshot(commit, folded);
      return {
        status: 'accepted',
        stream: commit.stream,
        revision: commit.revision,
        events,
        repeated: false,
      };
    });
  };

  /** Returns undefined unless the command is accepted in this state without anything else that must be read. */
  const decidedOn = (
    known: Folded<T['state']> | undefined,
    stream: string,
    { command, context }: Request<T>,
  ): Accepted<T> | undefined => {
    if (known === undefined || needsOutcome(context) || typeof command === 'function') return undefined;
    try {
      const decided = aggregate.decide(command, known.state);
      if (decided instanceof Rejected || decided.length === 0) return undefined; // Another replica may have written since.
      return acceptedBy(stream, known, decided, context);
    } catch {
      return undefined; // The decision on a fresh read throws it to its caller.
    }
  };

  /** The state on which a command that begins a stream is decided without a read. */
  const unread = (command: Request<T>['command']): Folded<T['state']> | undefined =>
    typeof command !== 'function' && aggregate.begunBy?.includes(command.type) ? reader.empty : undefined;

  const begin = async (
    stream: string,
    prepare: PrepareCommand<T, string>,
    context: CommandContext,
  ): Promise<Outcome<T> | undefined> => {
    // A repeat gets its recorded outcome, whatever its preparation leads to by now.
    const command = await prepare(reader.empty.state).catch(() => undefined);
    if (command === undefined || command instanceof Rejected) return undefined;
    const accepted = decidedOn(unread(command), stream, { command, context });
    return accepted && (await appendAll([accepted]))[0];
  };

  /**
   * Prepares a command as on an empty stream and, if it begins the stream, appends what it decides without a read.
   * @returns undefined, or a promise of it, if the command must be decided on a fresh read
   * @throws VersionConflict if the stream has a commit, or the command id an outcome
   */
  const beginPrepared = (
    stream: string,
    { command, context }: Request<T>,
  ): Promise<Outcome<T> | undefined> | undefined => {
    const isCold = aggregate.begunBy !== undefined && cache.get(stream) === undefined;
    if (typeof command !== 'function' || !isCold || needsOutcome(context)) return undefined;
    return begin(stream, command, context);
  };

  /** Decides the first of the requests, as long as they are accepted, each on the state that the previous one leads to. */
  const decidedTogether = (stream: string, waiting: readonly Waiting<T>[]): readonly Accepted<T>[] => {
    const accepted: Accepted<T>[] = [];
    const ids = new Set<string>();
    for (const request of waiting.slice(0, waiting[0]!.alone ? 1 : TOGETHER)) {
      const known = accepted.at(-1)?.folded ?? cache.get(stream) ?? unread(request.command);
      const next = ids.has(request.context.commandId) ? undefined : decidedOn(known, stream, request);
      if (next === undefined) break;
      ids.add(request.context.commandId);
      accepted.push(next);
    }
    return accepted;
  };

  return { acceptedBy, appendAll, beginPrepared, decidedTogether };
};
