import { inTransaction } from '@bankside/feed';
import { fingerprintOf, idempotencyKey, keyReused, Problem, rejection as injected } from '@bankside/http';
import type { Request, Response } from 'express';
import type { Pool, PoolClient } from 'pg';
import { injectedRejection } from './fault-injection';

/** How long a repeated request is recognized: as long as by the services that keep events. */
const KEPT = '7 days';

/** The decision on a request, and its response once there is one: that of a rejection is the problem. */
type Decision = Readonly<{ done: boolean; repeated: boolean; response: string | null }>;
type Row = Omit<Decision, 'repeated'> & Readonly<{ fingerprint: string }>;

type OperatorChange = Readonly<{
  status: 200 | 202;
  /** Makes the change in the transaction that records the key. @returns the problem if it is rejected */
  decide: (client: PoolClient) => Promise<Problem | undefined>;
  /** Work after the change, which may run again: a repeat runs it until its response is recorded. */
  respond: () => Promise<object>;
}>;

const decideOnce = (
  pool: Pool,
  { key, fingerprint }: Readonly<{ key: string; fingerprint: string }>,
  decide: OperatorChange['decide'],
  rejectOnPurpose: () => void,
): Promise<Decision> =>
  inTransaction(pool, async (client) => {
    await client.query(`delete from operator_request where at < now() - interval '${KEPT}'`);
    const { rowCount } = await client.query(
      'insert into operator_request (key, fingerprint) values ($1, $2) on conflict do nothing',
      [key, fingerprint],
    );
    if (rowCount === 1) {
      rejectOnPurpose();
      const rejected = await decide(client);
      const done = rejected === undefined;
      const response = done ? null : JSON.stringify(rejected.options);
      await client.query('update operator_request set done = $2, response = $3 where key = $1', [
        key,
        done,
        response,
      ]);
      return { done, repeated: false, response };
    }
    const { rows } = await client.query<Row>(
      'select fingerprint, done, response from operator_request where key = $1',
      [key],
    );
    const [first] = rows;
    if (first === undefined) throw new Error(`The operator request ${key} was deleted meanwhile.`);
    if (first.fingerprint !== fingerprint) throw keyReused();
    return { done: first.done, repeated: true, response: first.response };
  });

/**
 * Makes a change once per idempotency key and sends its response. A repeat gets the first response, a rejection included.
 * Needs the table `operator_request`, which `consumerMigrations` create.
 */
export const onceOnly =
  (pool: Pool) =>
  async (req: Request, res: Response, { status, decide, respond }: OperatorChange): Promise<void> => {
    const key = idempotencyKey(req);
    const decision = await decideOnce(pool, { key, fingerprint: fingerprintOf(req) }, decide, () => {
      const reason = injectedRejection(req)?.();
      if (reason !== undefined) throw injected(reason);
    });
    if (decision.repeated) res.set('Idempotent-Replayed', 'true');
    if (!decision.done) throw new Problem(JSON.parse(decision.response ?? '') as Problem['options']);
    const text = decision.response ?? JSON.stringify(await respond());
    if (decision.response === null)
      await pool.query('update operator_request set response = $2 where key = $1', [key, text]);
    res.status(status).type('application/json').send(text);
  };
