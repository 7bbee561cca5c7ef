import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'pg';

/** How soon a single order is seen, and one of many: looking all the time would take the machine from what is measured. */
const LOOK_MS = 2;
const LOOK_AT_MANY_MS = 20;
const PATIENCE_MS = 60_000;

/** An order is placed by the first commit of its stream and ended by the second. */
const ENDED = `
  select key, position('OrderConfirmed' in convert_from(value, 'UTF8')) > 0 as confirmed
  from state where key = any($1::text[])`;

type Waiting = Readonly<{ resolve: () => void; reject: (error: Error) => void; since: number }>;

/** Tells when orders are confirmed, from the database of the orders service: nothing could tell sooner. */
export const confirmations = (connectionString: string) => {
  const pool = new Pool({ connectionString, max: 1 });
  const waiting = new Map<string, Waiting>();
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const { rows } = await pool.query<Readonly<{ key: string; confirmed: boolean }>>({
      name: 'ended',
      text: ENDED,
      values: [[...waiting.keys()]],
    });
    for (const { key, confirmed } of rows) {
      if (confirmed) waiting.get(key)?.resolve();
      else waiting.get(key)?.reject(new Error(`${key} is not confirmed.`));
      waiting.delete(key);
    }
    const late = [...waiting].find(([, { since }]) => performance.now() - since > PATIENCE_MS);
    if (late) throw new Error(`${late[0]} was not there in ${PATIENCE_MS} ms.`);
  };
  const fail = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const lookOn = async (): Promise<void> => {
    while (waiting.size > 0) {
      await look().catch(fail);
      await wait(waiting.size > 1 ? LOOK_AT_MANY_MS : LOOK_MS);
    }
    looking = undefined;
  };

  return {
    of: (orderId: string): Promise<void> =>
      new Promise((resolve, reject) => {
        waiting.set(`s/order-${orderId}/0000000002`, { resolve, reject, since: performance.now() });
        looking ??= lookOn();
      }),
    stop: () => pool.end(),
  };
};
