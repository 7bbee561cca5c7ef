import type { Aggregate } from './aggregate';
import type { Message } from './decider';
import {
  currentVersion,
  upcast,
  type RecordedOutcome,
  type Commit,
  type EventStore,
  type UniqueKey,
} from './event-store';
import type { CommandContext, Outcome } from './outcome';
import type { Folded } from './state-cache';

/** Turns what was decided into one append, and an answer that is there already into an outcome. */
export const streamWriter = <S, C extends Message, E extends Message, R extends string>(
  aggregate: Aggregate<S, C, E, R>,
  store: EventStore,
) => {
  const { upcasters = {} } = aggregate;

  const recordedOutcome = async (
    answer: RecordedOutcome,
    context: CommandContext,
  ): Promise<Outcome<E, R>> => {
    if (answer.fingerprint !== context.fingerprint) return { status: 'id-reused' };
    const { stream, revision, rejected } = answer;
    if (rejected !== undefined)
      return { status: 'rejected', stream, revision, reason: rejected as R, repeated: true };
    const [commit] = await store.read(stream, revision - 1, 1);
    // A command that changed nothing was answered with what another one had written.
    const own = commit?.commandId === context.commandId ? commit.events : [];
    const events = own.map((event) => upcast<E>(upcasters, event));
    return { status: 'accepted', stream, revision, events, repeated: true };
  };

  const commitOf = (
    stream: string,
    { revision }: Folded<S>,
    events: readonly E[],
    context: CommandContext,
  ): Commit => {
    const { commandId, at, actor, trace } = context;
    return {
      stream,
      revision: revision + 1,
      events: events.map(({ type, data }) => ({ type, version: currentVersion(upcasters, type), data })),
      commandId,
      at,
      ...(actor !== undefined && { actor }),
      ...(trace !== undefined && { trace }),
    };
  };

  /** @throws VersionConflict when the stream, the command id or a claimed value was not as expected */
  const accept = async (
    stream: string,
    known: Folded<S>,
    events: readonly E[],
    context: CommandContext,
  ): Promise<Commit> => {
    const commit = commitOf(stream, known, events, context);
    const answer = { fingerprint: context.fingerprint, stream, revision: commit.revision };
    const uniques = aggregate.uniques?.(events, known.state) ?? {};
    await store.append({ commandId: context.commandId, outcome: answer, commit, ...uniques });
    return commit;
  };

  /** Keeps the rejection as the first answer. @throws VersionConflict when there is one already */
  const refuse = async (stream: string, { revision }: Folded<S>, reason: R, context: CommandContext) => {
    const answer: RecordedOutcome = { fingerprint: context.fingerprint, stream, revision, rejected: reason };
    await store.append({ commandId: context.commandId, outcome: answer });
    return { status: 'rejected', stream, revision, reason, repeated: false } as const;
  };

  /** Keeps it as the first answer that there was nothing to do: later there might be. @throws VersionConflict when there is one already */
  const doNothing = async (stream: string, { revision }: Folded<S>, context: CommandContext) => {
    const answer: RecordedOutcome = { fingerprint: context.fingerprint, stream, revision };
    await store.append({ commandId: context.commandId, outcome: answer });
    return { status: 'accepted', stream, revision, events: [], repeated: true } as const;
  };

  /** The rejection for the first claimed value that is another stream's, if any is. */
  const uniqueViolation = async (
    stream: string,
    claims: readonly UniqueKey[] = [],
  ): Promise<R | undefined> => {
    for (const claim of claims) {
      const owner = await store.ownerOf(claim);
      if (owner !== undefined && owner !== stream) return aggregate.uniqueViolation?.[claim.index];
    }
    return undefined;
  };

  return { recordedOutcome, accept, refuse, doNothing, uniqueViolation };
};
