import { Client } from 'pg';

const PATIENCE_MS = 60_000;
const CHANNEL = 'order_ended';

/**
 * An order is placed by the first commit of its stream and ended by the second. Its transaction tells so itself: looking
 * again and again would take the machine from what is measured.
 */
const TELL = `
  create or replace function tell_order_ended() returns trigger language plpgsql as $$
  begin
    perform pg_notify('${CHANNEL}', json_build_object('key', new.key,
      'confirmed', position('OrderConfirmed' in convert_from(new.value, 'UTF8')) > 0)::text);
    return null;
  end $$;
  create or replace trigger tell_order_ended after insert on state
    for each row when (new.key like 's/order-%/0000000002') execute function tell_order_ended();
  listen ${CHANNEL}`;

type Ended = Readonly<{ key: string; confirmed: boolean }>;

/** Tells when orders are confirmed, from the database of the orders service: nothing could tell sooner. */
export const confirmations = async (connectionString: string) => {
  const client = new Client({ connectionString });
  const ended = new Map<string, boolean>();
  const waiting = new Map<string, (confirmed: boolean) => void>();
  client.on('notification', ({ payload }) => {
    const { key, confirmed } = JSON.parse(payload!) as Ended;
    const tell = waiting.get(key);
    if (tell) tell(confirmed);
    else ended.set(key, confirmed); // Before anybody asked.
  });
  await client.connect();
  await client.query(TELL);

  const outcomeOf = (key: string): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const known = ended.get(key);
      if (ended.delete(key)) return resolve(known!);
      const late = setTimeout(
        () => reject(new Error(`${key} was not there in ${PATIENCE_MS} ms.`)),
        PATIENCE_MS,
      );
      waiting.set(key, (confirmed) => {
        clearTimeout(late);
        waiting.delete(key);
        resolve(confirmed);
      });
    });

  return {
    of: async (orderId: string): Promise<void> => {
      const key = `s/order-${orderId}/0000000002`;
      if (!(await outcomeOf(key))) throw new Error(`${key} is not confirmed.`);
    },
    stop: () => client.end(),
  };
};
