import type { Pool, PoolClient } from 'pg';
import type { EventEnvelope } from '@bankside/contracts';
import type { Handle, PostgresSinkOptions } from './postgres-sink';
import { Poison } from './sink';
import { inTransaction } from './transaction';

/** `poison` could not be applied, `held` waits behind one of its stream; the other two are traces of what became of them. */
export type DeadLetterState = 'poison' | 'held' | 'replayed' | 'discarded';

export type DeadLetter = Readonly<{
  partition: number;
  position: number;
  stream: string;
  event: EventEnvelope;
  reason: string;
  at: string;
  state: DeadLetterState;
}>;

export type DeadLetters = Readonly<{
  /** What waits for a person, oldest first. */
  letters: (limit: number) => Promise<readonly DeadLetter[]>;
  /**
   * Applies what is held of a stream, in order, up to the next event that can't be applied. When nothing is left, the stream
   * goes on by itself.
   */
  replay: (stream: string) => Promise<Readonly<{ applied: number; left: number }>>;
  /** Gives up the event that blocks a stream, for a reason that is kept with it. What is held behind it waits for `replay`. */
  discard: (stream: string, reason: string) => Promise<boolean>;
}>;

type LetterRow = Readonly<{ partition: number; position: string; event: EventEnvelope; reason: string }>;
type ListedRow = LetterRow & Readonly<{ stream: string; at: Date; state: DeadLetterState }>;

const HELD_REASON = 'waits behind an earlier event of its stream';

/** Runs the work so that a poisonous event leaves no trace of it in the transaction. */
const attempt = async (
  client: PoolClient,
  handle: Handle,
  event: EventEnvelope,
): Promise<Poison | undefined> => {
  await client.query('savepoint letter');
  try {
    await handle(client, [event]);
    await client.query('release savepoint letter');
    return undefined;
  } catch (error) {
    if (!(error instanceof Poison)) throw error;
    await client.query('rollback to savepoint letter');
    return error;
  }
};

/** The dead letters of one consumer and source. Everything here runs under the lock of the partition's position. */
export const deadLetters = (pool: Pool, { consumer, source, handle }: PostgresSinkOptions) => {
  const owner = [consumer, source];

  const bury = async (client: PoolClient, event: EventEnvelope, poison?: Poison): Promise<void> => {
    await client.query(
      `insert into dead_letter (consumer, source, partition, position, stream, event, reason, stack, state)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...owner,
        event.feedpartition,
        event.feedposition,
        event.subject,
        JSON.stringify(event),
        poison?.message ?? HELD_REASON,
        poison?.stack,
        poison ? 'poison' : 'held',
      ],
    );
  };

  /** Read after the position is locked, in a statement of its own, so that it sees what the last holder of the lock did. */
  const blockedStreams = async (client: PoolClient): Promise<ReadonlySet<string>> => {
    const { rows } = await client.query<{ stream: string }>({
      name: 'consumer-blocked',
      text: `select distinct stream from dead_letter where consumer = $1 and source = $2 and state in ('poison', 'held')`,
      values: owner,
    });
    return new Set(rows.map(({ stream }) => stream));
  };

  const holdBlocked = async (
    client: PoolClient,
    events: readonly EventEnvelope[],
  ): Promise<readonly EventEnvelope[]> => {
    const blocked = await blockedStreams(client);
    if (blocked.size === 0) return events;
    for (const event of events.filter(({ subject }) => blocked.has(subject))) await bury(client, event);
    return events.filter(({ subject }) => !blocked.has(subject));
  };

  const oneByOne = async (client: PoolClient, events: readonly EventEnvelope[]): Promise<void> => {
    const blocked = new Set<string>();
    for (const event of events) {
      const poison = blocked.has(event.subject) ? undefined : await attempt(client, handle, event);
      if (poison || blocked.has(event.subject)) await bury(client, event, poison);
      if (poison) blocked.add(event.subject);
    }
  };

  /** The open letters of a stream, in order, once no delivery can add one. */
  const lockedLetters = async (client: PoolClient, stream: string): Promise<readonly LetterRow[]> => {
    await client.query(
      'select from consumer_position where consumer = $1 and source = $2 order by partition for update',
      owner,
    );
    const { rows } = await client.query<LetterRow>(
      `select partition, position, event, reason from dead_letter
       where consumer = $1 and source = $2 and stream = $3 and state in ('poison', 'held') order by position`,
      [...owner, stream],
    );
    return rows;
  };

  const mark = async (
    client: PoolClient,
    letter: LetterRow,
    to: { state: DeadLetterState; reason?: string; stack?: string | undefined },
  ) => {
    await client.query(
      `update dead_letter set state = $5, reason = coalesce($6, reason), stack = coalesce($7, stack)
       where consumer = $1 and source = $2 and partition = $3 and position = $4`,
      [...owner, letter.partition, letter.position, to.state, to.reason, to.stack],
    );
  };

  const api: DeadLetters = {
    letters: async (limit) => {
      const { rows } = await pool.query<ListedRow>(
        `select partition, position, stream, event, reason, at, state from dead_letter
         where consumer = $1 and source = $2 and state in ('poison', 'held') order by at, partition, position limit $3`,
        [...owner, limit],
      );
      return rows.map((row) => ({ ...row, position: Number(row.position), at: row.at.toISOString() }));
    },
    replay: (stream) =>
      inTransaction(pool, async (client) => {
        const letters = await lockedLetters(client, stream);
        for (const [applied, letter] of letters.entries()) {
          const poison = await attempt(client, handle, letter.event);
          if (poison) {
            await mark(client, letter, { state: 'poison', reason: poison.message, stack: poison.stack });
            return { applied, left: letters.length - applied };
          }
          await mark(client, letter, { state: 'replayed' });
        }
        return { applied: letters.length, left: 0 };
      }),
    discard: (stream, reason) =>
      inTransaction(pool, async (client) => {
        const [first] = await lockedLetters(client, stream);
        if (first)
          await mark(client, first, { state: 'discarded', reason: `${reason} (it was: ${first.reason})` });
        return first !== undefined;
      }),
  };
  return { ...api, holdBlocked, oneByOne };
};
