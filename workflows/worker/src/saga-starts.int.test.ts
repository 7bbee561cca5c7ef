import { randomUUID } from 'node:crypto';
import { type EventEnvelope } from '@bankside/contracts';
import type { PostgresConsumer } from '@bankside/feed';
import { consumerMigrations } from '@bankside/feed/migrations';
import { registerSearchAttributes } from '@bankside/saga/worker';
import { createServiceDatabase, sharedAddress, startBacking, until } from '@bankside/tools';
import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { Pool } from 'pg';
import { sagaStarts } from './saga-starts';

/** Every third event is not about a new order. */
const eventsOf = (count: number): EventEnvelope[] =>
  Array.from({ length: count }, (_, index): EventEnvelope => {
    const orderId = randomUUID();
    const placed = index % 3 !== 2;
    return {
      specversion: '1.0',
      id: `orders/0/${index + 1}`,
      type: placed ? 'orders.order-placed.v1' : 'orders.order-confirmed.v1',
      source: 'orders',
      subject: `order-${orderId}`,
      time: '2026-01-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      correlationid: '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11',
      causationid: 'caused-the-order',
      partitionkey: `order-${orderId}`,
      feedpartition: 0,
      feedposition: index + 1,
      streamrevision: 1,
      data: {
        orderId,
        customerId: 'customer-1',
        totalCents: 100,
        currency: 'EUR',
        ...(placed && {
          lines: [{ sku: 'cd-1', quantity: 1, unitPriceCents: 100 }],
          payWith: { account: '1000000017' },
        }),
      },
    };
  });
const orderIdOf = (event: EventEnvelope): string => String((event.data as { orderId: unknown }).orderId);
const isPlaced = ({ type }: EventEnvelope): boolean => type === 'orders.order-placed.v1';

const open: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});
beforeAll(() => void Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] }));

const follow = async (address: string, feed: readonly EventEnvelope[]) => {
  const connection = await NativeConnection.connect({ address });
  open.push(() => connection.close());
  await registerSearchAttributes(connection, 'default');
  const pool = new Pool({
    connectionString: (await createServiceDatabase('worker', [consumerMigrations])).url,
  });
  open.push(() => pool.end());
  const client = new Client({ connection });
  const orders: PostgresConsumer = sagaStarts({
    source: 'orders',
    pool,
    pull: async ({ after, limit }) => ({
      events: feed.slice(after, after + limit),
      head: feed.length,
      partitions: 1,
    }),
    client: () => client,
    onError: () => undefined,
    test: { check: { firstMs: 200, longestMs: 200 } },
  });
  open.push(orders.stop);
  const position = async (): Promise<number> => {
    const { rows } = await pool.query<{ position: string }>('select position from consumer_position');
    return Number(rows[0]?.position ?? 0);
  };
  const started = async (): Promise<string[]> => {
    const ids: string[] = [];
    for (const event of feed) {
      const found = await client.workflow
        .getHandle(orderIdOf(event))
        .describe()
        .catch(() => undefined);
      if (found !== undefined) ids.push(found.workflowId);
    }
    return ids;
  };
  return { orders, position, started, client, pool };
};

describe('the consumer of placed orders', () => {
  it('starts one saga for each placed order, whatever the order and number of deliveries', async () => {
    const feed = eventsOf(30);
    const { orders, started, position, client } = await follow(sharedAddress('TEMPORAL'), feed);
    await Promise.all([orders.deliver(feed.slice(10).toReversed()), orders.deliver(feed.slice(0, 12))]);
    await orders.deliver(feed);
    expect(await started()).toEqual(feed.filter(isPlaced).map(orderIdOf));
    expect(await position()).toBe(30);
    const { searchAttributes, type, memo } = await client.workflow.getHandle(orderIdOf(feed[0]!)).describe();
    expect(type).toBe('placeOrder');
    const correlationId = feed[0]!.correlationid;
    expect(memo).toMatchObject({ causalContext: { correlationId, causationId: 'orders/0/1' } });
    expect(searchAttributes).toMatchObject({
      saga: ['place-order'],
      sagaState: ['running'],
      orderId: [orderIdOf(feed[0]!)],
      customerId: ['customer-1'],
    });
  });

  it('counts an existing saga as started after its checkpoint was lost', async () => {
    const feed = eventsOf(3);
    const first = await follow(sharedAddress('TEMPORAL'), feed);
    await first.orders.catchUp();
    const onAnEmptyDatabase = await follow(sharedAddress('TEMPORAL'), feed);
    await onAnEmptyDatabase.orders.catchUp();
    expect(await onAnEmptyDatabase.position()).toBe(3);
  });

  it('parks an event that violates its contract, and starts the sagas of the others', async () => {
    const feed = eventsOf(3);
    feed[0] = { ...feed[0]!, data: { orderId: orderIdOf(feed[0]!), lines: 'none' } };
    const { orders, started, position, pool } = await follow(sharedAddress('TEMPORAL'), feed);
    await orders.deliver(feed);
    expect(await started()).toEqual([orderIdOf(feed[1]!)]);
    expect(await position()).toBe(3);
    const { rows } = await pool.query('select state from dead_letter');
    expect(rows).toEqual([{ state: 'poison' }]);
  });

  it('acknowledges nothing while Temporal is down, and starts the missed sagas afterwards', async () => {
    const { env, processes, stop } = await startBacking({ temporal: true });
    open.push(stop);
    const feed = eventsOf(30);
    const { orders, position, started } = await follow(env['BANKSIDE_TEST_TEMPORAL']!, feed);
    const temporal = processes['temporal']!;
    temporal.pause();
    await expect(orders.deliver(feed.slice(0, 10))).rejects.toThrow(
      'Temporal did not start the saga placeOrder',
    );
    expect(await position()).toBe(0);
    temporal.kill('SIGKILL');
    orders.start();
    await until(async () => expect(await position()).toBe(30), { what: 'the position', timeoutMs: 30_000 });
    expect(await started()).toEqual(feed.filter(isPlaced).map(orderIdOf));
  });
});
