import { withoutPersonal, type EventEnvelope } from '@bankside/contracts';
import type { PoolClient } from 'pg';
import { isTransient, Poison } from './feed-subscription';
import type { Handle } from './handle';
import type { Queryable } from './transaction';

export type PostgresSinkOptions = Readonly<{
  /** Name of the consumer, stored with its checkpoints and dead letters. */
  consumer: string;
  source: string;
  handle: Handle;
}>;

export type ParkedEvent = Readonly<{
  event: EventEnvelope;
  state: 'poison' | 'blocked';
  reason: string;
  stack?: string | undefined;
  key?: string | undefined;
}>;

const BLOCKED_REASON = 'waits behind an earlier event of its stream';

/** An event that waits behind one that was parked. */
export const blockedEvent = (event: EventEnvelope): ParkedEvent => ({
  event,
  state: 'blocked',
  reason: BLOCKED_REASON,
});

/** An event that cannot be applied. The failure may quote personal data, which does not belong in a dead letter. */
export const poisonedEvent = (event: EventEnvelope, failure: unknown): ParkedEvent => {
  const { message, stack } =
    failure instanceof Error ? failure : { message: String(failure), stack: undefined };
  return {
    event,
    state: 'poison',
    reason: withoutPersonal(message, event.data),
    stack: stack && withoutPersonal(stack, event.data),
  };
};

/** The condition of an open dead letter. */
export const OPEN = `state in ('poison', 'blocked')`;

/** Stores events that cannot be applied now. Keeps a dead letter that exists: a writer crashed right after it. */
export const parkEvents = async (
  database: Queryable,
  consumer: string,
  events: readonly ParkedEvent[],
): Promise<void> => {
  for (const { event, state, reason, stack, key } of events)
    await database.query(
      `insert into dead_letter (consumer, source, partition, position, stream, type, key, state, reason, stack, correlation_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
      [
        consumer,
        event.source,
        event.feedpartition,
        event.feedposition,
        event.subject,
        event.type,
        key,
        state,
        reason,
        stack,
        event.correlationid,
      ],
    );
};

/** The streams of a source with open dead letters. */
export const blockedStreams = async (
  database: Queryable,
  consumer: string,
  source: string,
): Promise<ReadonlySet<string>> => {
  const { rows } = await database.query<{ stream: string }>({
    name: 'dead-letter-blocked',
    text: `select distinct stream from dead_letter where consumer = $1 and source = $2 and ${OPEN}`,
    values: [consumer, source],
  });
  return new Set(rows.map(({ stream }) => stream));
};

/** Runs the handler so that a failed event leaves no trace in the transaction. Throws if the failure does not park it. */
export const attempt = async (
  client: PoolClient,
  work: () => Promise<void>,
  parks: (error: unknown) => boolean,
): Promise<Readonly<{ failure: unknown }> | undefined> => {
  await client.query('savepoint event');
  try {
    await work();
    await client.query('release savepoint event');
    return undefined;
  } catch (failure) {
    if (!parks(failure)) throw failure;
    await client.query('rollback to savepoint event');
    return { failure };
  }
};

export const isPoison = (error: unknown): boolean => error instanceof Poison;
export const isPermanent = (error: unknown): boolean => isPoison(error) || !isTransient(error);
