import { randomUUID } from 'node:crypto';
import { type EventEnvelope, type FeedPage } from '@bankside/contracts';
import { consumersResponse, deadLettersResponse, replayResponse } from '@bankside/contracts/http/consumers';
import { outcomeOf, START_WITHIN_MS, startServices, until, type TestServices } from '@bankside/tools';
import { Pool } from 'pg';

const PARTITIONS = 2;
const CUSTOMERS = 8;

describe('services whose feeds have two partitions', () => {
  let services: TestServices;
  let database: Pool;
  const customerIds: string[] = [];

  beforeAll(async () => {
    const names = ['customers', 'inventory', 'orders'];
    services = await startServices(names, { feedPartitions: PARTITIONS });
    database = new Pool({ connectionString: services.ownerDatabaseUrl('orders') });
    for (let one = 0; one < CUSTOMERS; one += 1) {
      const customerId = `00000000-0000-4000-8000-00000000000${one}`; // Fixed, as an id determines its partition.
      const mobileNumber = `+407200001${String(one).padStart(2, '0')}`;
      const person = { customerId, name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber };
      expect(outcomeOf(await services.api('customers').post('/customers', person))).toBe('201');
      customerIds.push(customerId);
    }
  }, START_WITHIN_MS);
  afterAll(async () => {
    await database.end();
    await services.stop();
  });

  const feedOf = async (service: string): Promise<readonly (readonly EventEnvelope[])[]> => {
    const feed: (readonly EventEnvelope[])[] = [];
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const { body } = await services.api(service).get(`/feed?partition=${partition}&flushed=true`);
      const page = body as unknown as FeedPage;
      expect(page.partitions).toBe(PARTITIONS);
      feed.push(page.events);
    }
    return feed;
  };
  const lagOf = async () => consumersResponse.parse((await services.api('orders').get('/consumers')).body);
  const openDeadLetters = async () =>
    deadLettersResponse.parse((await services.api('orders').get('/dead-letters')).body).deadLetters;

  it('spread streams over both partitions, each with its own gapless positions', async () => {
    const feed = await feedOf('customers');
    expect(feed.map(({ length }) => length > 0)).toEqual([true, true]);
    expect(feed.flat()).toHaveLength(CUSTOMERS);
    for (const events of feed)
      expect(events.map(({ feedposition }) => feedposition)).toEqual(
        events.map((_event, index) => index + 1),
      );
  });

  it('replicate customers of both partitions into the orders service', async () => {
    const sku = `sku-${randomUUID()}`;
    const product = { sku, title: 'Kind of Blue', unitPriceCents: 1499, currency: 'EUR' };
    expect(outcomeOf(await services.api('inventory').post('/products', product))).toBe('201');
    for (const customerId of customerIds) {
      const lines = [{ sku, quantity: 1 }];
      const order = { orderId: randomUUID(), customerId, lines, payWith: { account: '1000000017' } };
      expect(outcomeOf(await services.api('orders').post('/orders', order))).toBe('202');
    }
  });

  it('report the lag of every consumer for each source and partition', async () => {
    await until(
      async () => {
        const { consumers } = await lagOf();
        const rows = consumers.map(({ consumer, source, partition, events, state, parked }) => ({
          at: `${consumer} ${source}/${partition}`,
          events,
          state,
          parked,
        }));
        const current = { events: 0, state: 'current', parked: 0 };
        expect(rows).toEqual([
          { at: 'orders customers/0', ...current },
          { at: 'orders customers/1', ...current },
          { at: 'orders inventory/0', ...current },
          { at: 'orders inventory/1', ...current },
          { at: 'orders orders/0', ...current },
          { at: 'orders orders/1', ...current },
        ]);
      },
      { what: 'the lag of the orders service', timeoutMs: 30_000 },
    );
  });

  it('park events that a bug rejects, list and replay them once per idempotency key, and discard with a reason', async () => {
    await database.query(
      `alter table customer_replica add constraint no_ada_byron check (name not in ('Ada Byron', 'Ada King'))`,
    );
    const larger = (await feedOf('customers')).toSorted((one, other) => other.length - one.length)[0]!;
    const [first, second, third] = larger.map(({ data }) => (data as { customerId: string }).customerId) as [
      string,
      string,
      string,
    ];
    const rename = (customerId: string, name: string) =>
      services.api('customers').patch(`/customers/${customerId}`, { name });
    expect(outcomeOf(await rename(first, 'Ada Byron'))).toBe('200');
    expect(outcomeOf(await rename(second, 'Ada King'))).toBe('200');
    expect(outcomeOf(await rename(third, 'Grace Hopper'))).toBe('200');
    await until(async () => expect(await openDeadLetters()).toHaveLength(2), {
      what: 'the dead letters',
      timeoutMs: 60_000,
    });
    const letters = await openDeadLetters();
    expect(letters.map(({ consumer, source, state }) => ({ consumer, source, state }))).toEqual([
      { consumer: 'orders', source: 'customers', state: 'poison' },
      { consumer: 'orders', source: 'customers', state: 'poison' },
    ]);
    expect(letters[0]!.reason).toContain('no_ada_byron');
    await database.query('alter table customer_replica drop constraint no_ada_byron');

    const streams = letters.map(({ stream }) => stream) as [string, string];
    const body = { consumer: 'orders', source: 'customers', stream: streams[0] };
    const key = randomUUID();
    const replayed = await services.api('orders').post('/dead-letters/replay', body, key);
    expect(replayResponse.parse(replayed.body)).toEqual({ done: true, left: 0, deadLetters: [] });
    const repeated = await services.api('orders').post('/dead-letters/replay', body, key);
    expect(repeated.headers.get('idempotent-replayed')).toBe('true');
    expect(repeated.body).toEqual(replayed.body);
    expect((await services.api('orders').post('/dead-letters/replay', body)).status).toBe(404);

    const given = { ...body, stream: streams[1], reason: 'a test of 2019' };
    const discarded = await services.api('orders').post('/dead-letters/discard', given);
    expect(replayResponse.parse(discarded.body)).toEqual({ done: true, left: 0, deadLetters: [] });
    const resolved = await services.api('orders').get('/dead-letters?state=resolved');
    expect(
      deadLettersResponse
        .parse(resolved.body)
        .deadLetters.map(({ stream, state, resolution }) => ({ stream, state, resolution })),
    ).toEqual([
      { stream: streams[1], state: 'discarded', resolution: 'a test of 2019' },
      { stream: streams[0], state: 'replayed' },
    ]);
  });
});
