import { createServiceDatabase } from '@bankside/tools';
import type { Pool } from 'pg';
import { consumer } from './consumer';
import { deliveriesOf, deliveryLog } from './delivery-log';
import { feedEvents } from '../testing/feed-events';
import { consumerMigrations } from './migrations';
import { postgresSink } from './postgres-consumer';
import { openPool, until } from '../testing/database';

const at = new Date().toISOString();

describe('the log of deliveries', () => {
  let pool: Pool;
  beforeAll(async () => {
    pool = openPool((await createServiceDatabase('deliveries', [consumerMigrations])).url);
  });
  afterAll(() => pool.end());

  const refs = (...positions: readonly number[]) =>
    positions.map((position) => ({ source: 'accounts', partition: 0, position }));
  const known = async (consumers: readonly string[], ...positions: readonly number[]) =>
    (await deliveriesOf(pool, refs(...positions), consumers))
      .map(({ position, consumer: name, how }) => `${position} ${name} ${how}`)
      .toSorted();

  it('records how a consumer received each event, in the transaction of its effect', async () => {
    const events = feedEvents(1, 9);
    let fails = true;
    const one = consumer({
      source: 'accounts',
      sink: postgresSink(pool, {
        consumer: 'counter',
        source: 'accounts',
        handle: async () => {
          if (fails) throw new Error('no effect');
        },
      }),
      pull: async ({ after, limit }) => ({
        events: events.slice(after, Math.min(after + limit, 9)),
        head: 9,
        partitions: 1,
      }),
      now: () => new Date(),
      onError: () => undefined,
      test: { check: { firstMs: 10, longestMs: 10 }, gapTimeoutMs: 0 },
    });
    await expect(one.deliver(events.slice(0, 2))).rejects.toThrow('no effect');
    expect(await known(['counter'], 1, 2)).toEqual([]);
    fails = false;
    await one.deliver(events.slice(0, 2));
    await one.deliver(events.slice(3, 4)); // The broker has lost position 3.
    await one.deliver([{ ...events[4]!, redacted: true, data: {} }]);
    expect(await known(['counter'], 1, 2, 3, 4, 5, 6)).toEqual([
      '1 counter delivered',
      '2 counter delivered',
      '3 counter pulled',
      '4 counter delivered',
      '5 counter announced',
    ]);
    await one.catchUp();
    expect(await known(['counter'], 6, 9)).toEqual(['6 counter caught-up', '9 counter caught-up']);
    await one.stop();
  });

  it('writes what consumers with another database record, some time later or at the end', async () => {
    const log = deliveryLog(pool, (error) => {
      throw error;
    });
    const row = { consumer: 'view', source: 'accounts', partition: 0, at, how: 'delivered' } as const;
    log.add({ ...row, first: 1, last: 3 });
    await until(async () => (await known(['view'], 2)).length > 0, 30_000);
    log.add({ ...row, first: 7, last: 8 });
    await log.stop();
    expect(await known(['view', 'counter'], 3, 4, 8)).toEqual([
      '3 counter pulled',
      '3 view delivered',
      '4 counter delivered',
      '8 counter caught-up',
      '8 view delivered',
    ]);
  });

  it('drops what it cannot write, and reports it', async () => {
    const errors: unknown[] = [];
    const gone = openPool((await createServiceDatabase('deliveries', [])).url);
    const log = deliveryLog(gone, (error) => errors.push(error));
    log.add({ consumer: 'view', source: 'accounts', partition: 0, first: 1, last: 1, at, how: 'pulled' });
    await log.stop();
    expect(errors).toEqual([expect.objectContaining({ code: '42P01' })]);
    await gone.end();
  });
});
