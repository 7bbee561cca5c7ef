import { inTransaction } from '@bankside/feed';
import type { Pool, PoolClient } from 'pg';

/** As long as event-sourced services recognize a repeated command. */
const KEPT = '7 days';

/** A request by its idempotency key, and a digest of its content. */
export type OperatorRequest = Readonly<{ key: string; fingerprint: string }>;

/** The decision about a request, and its response once there is one. */
export type Decision = Readonly<{ done: boolean; repeated: boolean; answer: string | null }>;

type Row = Omit<Decision, 'repeated'> & Readonly<{ fingerprint: string }>;

/** Requests of operators by idempotency key, so that a repeat changes nothing and returns the first response. */
export const operatorRequests = (pool: Pool) => ({
  /**
   * Decides about a request, once, in one transaction with its key: who sends it again meanwhile waits for that.
   * `decide`: whether it was done or refused.
   * @returns undefined when the key was another request's
   */
  once: (
    { key, fingerprint }: OperatorRequest,
    decide: (client: PoolClient) => Promise<boolean>,
  ): Promise<Decision | undefined> =>
    inTransaction(pool, async (client) => {
      await client.query(`delete from operator_request where at < now() - interval '${KEPT}'`);
      const { rowCount } = await client.query(
        'insert into operator_request (key, fingerprint) values ($1, $2) on conflict do nothing',
        [key, fingerprint],
      );
      if (rowCount === 1) {
        const done = await decide(client);
        await client.query('update operator_request set done = $2 where key = $1', [key, done]);
        return { done, repeated: false, answer: null };
      }
      const { rows } = await client.query<Row>(
        'select fingerprint, done, answer from operator_request where key = $1',
        [key],
      );
      const [first] = rows;
      if (first === undefined) throw new Error(`The request ${key} is gone.`);
      return first.fingerprint === fingerprint
        ? { done: first.done, repeated: true, answer: first.answer }
        : undefined;
    }),
  /** Keeps the answer for repeats. A process that dies before has the next one answer anew. */
  answered: async (key: string, answer: string): Promise<void> => {
    await pool.query('update operator_request set answer = $2 where key = $1', [key, answer]);
  },
});

export type OperatorRequests = ReturnType<typeof operatorRequests>;
