import { defined } from '@bankside/std';
import type { Rejected } from './decider';
import { VersionConflict, type EventStore, type RecordedOutcome } from './event-store';
import type { CommandContext } from './stream-writer';

/** The result of a request that commits nothing. */
export type Decision<R extends string> = Readonly<
  | { status: 'accepted'; repeated: boolean }
  | { status: 'rejected'; reason: R; repeated: boolean }
  /** The command id belongs to a different request. */
  | { status: 'id-reused' }
>;

/** A concurrent repeat makes the second attempt find its outcome. */
const ATTEMPTS = 2;

const repeatOf = <R extends string>(
  { fingerprint, rejected }: RecordedOutcome,
  context: CommandContext,
): Decision<R> => {
  if (fingerprint !== context.fingerprint) return { status: 'id-reused' };
  if (rejected === undefined) return { status: 'accepted', repeated: true };
  return { status: 'rejected', reason: rejected as R, repeated: true };
};

const record = async (
  { append }: Pick<EventStore, 'append'>,
  { commandId, fingerprint }: CommandContext,
  { subject, rejected }: Readonly<{ subject: string; rejected: string | undefined }>,
): Promise<'recorded' | 'conflict'> => {
  const outcome = { fingerprint, stream: subject, revision: 0, ...defined({ rejected }) };
  try {
    await append({ commandId, outcome });
    return 'recorded';
  } catch (error) {
    if (error instanceof VersionConflict) return 'conflict';
    throw error;
  }
};

/**
 * Decides a request that commits nothing to a stream of its own, once for each command id: a repeat gets the recorded
 * decision. `subject` names in the record what the request is about. `decide` must have no effect that may not be repeated;
 * what it throws is not recorded.
 * @throws VersionConflict if concurrent repeats keep the decision from being recorded
 */
export const decideOnce = async <R extends string>(
  store: Pick<EventStore, 'append' | 'outcomeOf'>,
  subject: string,
  context: CommandContext,
  decide: () => Promise<Rejected<R> | undefined>,
): Promise<Decision<R>> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const recorded = await store.outcomeOf(context.commandId);
    if (recorded !== undefined) return repeatOf<R>(recorded, context);
    const reason = (context.veto?.() as R | undefined) ?? (await decide())?.reason;
    if ((await record(store, context, { subject, rejected: reason })) === 'conflict') continue;
    return reason === undefined
      ? { status: 'accepted', repeated: false }
      : { status: 'rejected', reason, repeated: false };
  }
  throw new VersionConflict(`${subject}: ${context.commandId} is being decided elsewhere`);
};
