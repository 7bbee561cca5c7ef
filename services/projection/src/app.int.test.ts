import { randomUUID } from 'node:crypto';
import { until, type ApiResponse } from '@bankside/tools';
import { defineProjection, type Projection, type ProjectionHost } from '@bankside/projections';
import { type Fact, feedOf, foldAll, history, type Replicas } from '@bankside/projections/testing';
import { startProjection, type StartedProjection } from './testing/start-projection';
import { views } from './views/index';
import { orderStatus } from './views/order-status';
import { statement } from './views/statement';

jest.setTimeout(120_000);

const events = feedOf(history(30));
const TOKEN = 'Consistency-Token';

/** Orders whose payment capture throws until the test clears them. */
const broken = new Set(['order-1', 'order-2']);
const fragile: Projection = defineProjection<object>({
  ...orderStatus,
  name: 'fragile-order',
  apply: {
    ...orderStatus.apply,
    'payments.payment-captured.v1': (document, event) => {
      const { orderId } = event.data;
      if (broken.has(orderId)) throw new Error(`${orderId} cannot be captured`);
      return orderStatus.apply['payments.payment-captured.v1']!(document, event);
    },
  },
});
const all = [...views, fragile];

let system: Replicas;
let host: ProjectionHost;
let started: StartedProjection;
let url: string;

const call = async (method: string, path: string, options: RequestInit = {}): Promise<ApiResponse> => {
  const { status, headers, ...response } = await fetch(`${url}${path}`, { method, ...options }).then(
    async (fetched) => ({ status: fetched.status, headers: fetched.headers, body: await fetched.json() }),
  );
  return { status, headers, body: response.body as ApiResponse['body'] };
};
const get = (path: string, headers: Readonly<Record<string, string>> = {}) => call('GET', path, { headers });
const post = (path: string, body: object = {}, key: string = randomUUID()) =>
  call('POST', path, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
  });
const list = async (path: string, name: string) =>
  (await get(path)).body[name] as readonly Readonly<Record<string, unknown>>[];

beforeAll(async () => {
  started = await startProjection('api', all, events);
  ({ system, host, url } = started);
});
afterAll(() => started.stop());

describe('a query of a view', () => {
  it.each(views.map((one) => [one.name, one] as const))('returns every document of %s', async (name, of) => {
    const documents = foldAll(of, events);
    expect(documents.size).toBeGreaterThan(0);
    for (const [key, document] of documents) {
      const { status, body } = await get(`/${name}/${encodeURIComponent(key)}`);
      const shown = of.toResponse ? of.toResponse(document) : document;
      const { type } = body as Readonly<{ type?: string }>;
      expect(status === 404 ? type : body).toEqual(shown ?? '/problems/not-found');
    }
  });

  it('returns 404 for an unknown key', async () => {
    const { status, body, headers } = await get('/order-status/none');
    expect([status, body['type']]).toEqual([404, '/problems/not-found']);
    expect(headers.get('content-type')).toContain('application/problem+json');
  });

  it('lists the orders of a customer, newest first, each on one page', async () => {
    const expected = [...foldAll(orderStatus, events).values()]
      .map((order) => order as Readonly<{ orderId: string; customerId?: string; placedAt?: string }>)
      .filter(({ customerId }) => customerId === 'customer-1')
      .sort((a, b) => (a.placedAt! < b.placedAt! ? 1 : -1))
      .map(({ orderId }) => orderId);
    const seen: unknown[] = [];
    for (let path = '/order-status?customerId=customer-1&limit=4'; path !== '';) {
      const { body } = await get(path);
      seen.push(...(body['orders'] as readonly { orderId: string }[]).map(({ orderId }) => orderId));
      path = body['next']
        ? `/order-status?customerId=customer-1&limit=4&cursor=${body['next'] as string}`
        : '';
    }
    expect(seen).toEqual(expected);
  });

  it('lists the statement of a customer and of an account, newest first', async () => {
    const all = [...foldAll(statement, events).values()] as readonly Readonly<{
      customerId: string;
      number: string;
    }>[];
    const ofCustomer = await list('/statement?customerId=customer-2&limit=100', 'lines');
    expect(ofCustomer).toHaveLength(all.filter(({ customerId }) => customerId === 'customer-2').length);
    expect(ofCustomer.map(({ at }) => at)).toEqual(
      ofCustomer.map(({ at }) => at as string).sort((a, b) => (a < b ? 1 : -1)),
    );
    const ofAccount = await list('/statement?number=1000000002&limit=100', 'lines');
    expect(ofAccount).toHaveLength(all.filter(({ number }) => number === '1000000002').length);
    expect(await list('/monthly-totals?number=1000000002', 'months')).toHaveLength(1);
  });

  it('finds a profile by mobile number, and by the beginning of any word of the name', async () => {
    expect(await list('/customer-profile?mobileNumber=%2B40700000001', 'profiles')).toMatchObject([
      { customerId: 'customer-1' },
    ]);
    expect(await list('/customer-profile?name=CUST&limit=2', 'profiles')).toHaveLength(2);
    expect(await list('/customer-profile?name=customer%201%20d', 'profiles')).toMatchObject([
      { customerId: 'customer-1' },
    ]);
    expect(await list('/customer-profile?name=ro', 'profiles')).toHaveLength(4);
    expect(await list('/customer-profile?name=nobody', 'profiles')).toEqual([]);
  });

  it('lists all orders, those in a state, and all customers, for staff', async () => {
    const orders = [...foldAll(orderStatus, events).values()] as readonly Readonly<{
      state: string;
      placedAt?: string;
    }>[];
    const placed = orders.filter(({ placedAt }) => placedAt !== undefined);
    expect(placed.length).toBeGreaterThan(0);
    const all = await list('/order-status?limit=100', 'orders');
    expect(all.map(({ placedAt }) => placedAt)).toEqual(
      placed.map(({ placedAt }) => placedAt!).sort((a, b) => (a < b ? 1 : -1)),
    );
    const confirmed = await list('/order-status?state=confirmed&limit=100', 'orders');
    expect(confirmed).toHaveLength(placed.filter(({ state }) => state === 'confirmed').length);
    const [one] = confirmed as readonly Readonly<{ customerId: string }>[];
    const ofOne = await list(`/order-status?customerId=${one!.customerId}&limit=100`, 'orders');
    const both = await list(
      `/order-status?customerId=${one!.customerId}&state=confirmed&limit=100`,
      'orders',
    );
    expect(both).not.toHaveLength(0);
    expect(both).toEqual(ofOne.filter(({ state }) => state === 'confirmed'));
    const customers = new Set(
      events.filter(({ type }) => type === 'customers.customer-registered.v1').map(({ subject }) => subject),
    );
    expect(await list('/customer-profile?limit=100', 'profiles')).toHaveLength(customers.size);
  });

  it('returns a stored document with the positions of its last events', async () => {
    const [{ orderId }] = (await list('/order-status?limit=1', 'orders')) as [{ orderId: string }];
    const { status, body } = await get(`/projections/order-status/documents/${orderId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      key: orderId,
      version: 1,
      document: { orderId, listed: 'all' },
      applied: { 'orders/0': expect.any(Number) },
    });
    expect((await get('/projections/order-status/documents/none')).status).toBe(404);
    expect((await get('/projections/none/documents/none')).status).toBe(404);
  });

  it.each([
    '/statement',
    '/order-status?customerId=a&other=b',
    '/order-status?customerId=a&limit=0',
    '/customer-profile?name=ad&mobileNumber=%2B40700000001',
    '/order-status?customerId=a&cursor=nonsense',
  ])('is rejected: %s', async (path) => {
    expect((await get(path)).status).toBe(400);
  });
});

describe('a query with a Consistency-Token', () => {
  const placed = (orderId: string): Fact => ({
    type: 'orders.order-placed.v1',
    data: {
      orderId,
      customerId: 'customer-1',
      lines: [{ sku: 'cd-1', quantity: 1, unitPriceCents: 5 }],
      totalCents: 5,
      currency: 'EUR',
      payWith: { account: '1000000001' },
    },
    stream: `order-${orderId}`,
  });

  it('sees a commit that is only in the outbox, without a broker message', async () => {
    for (let round = 0; round < 10; round += 1) {
      system.feeds.commitOnly(feedOf([placed(`mine-${round}`)]));
      const { status } = await get(`/order-status/mine-${round}`, {
        [TOKEN]: `orders/order-mine-${round}@1`,
      });
      expect(status).toBe(200);
    }
  });

  it('waits for each service that it names', async () => {
    const { customerId, currency } = { customerId: 'customer-1', currency: 'EUR' };
    system.feeds.commitOnly(
      feedOf([
        {
          type: 'accounts.money-withdrawn.v1',
          data: {
            accountNumber: '1000000001',
            customerId,
            currency,
            orderId: 'mine-0',
            withdrawalId: 'w',
            amountCents: 5,
            balanceCents: 9,
          },
        },
      ]),
    );
    const { body } = await get('/order-status/mine-0', {
      [TOKEN]: 'orders/order-mine-0@1, accounts/account-1000000001@9',
    });
    expect(body['money']).toMatchObject({ state: 'withdrawn' });
  });

  it('waits for no service that it does not name', async () => {
    system.feeds.respond(false, 'cards');
    const { status } = await get('/order-status/mine-0', { [TOKEN]: 'orders/order-mine-0@1' });
    const behind = await get('/order-status/mine-0', { [TOKEN]: 'cards/card-1@1' });
    system.feeds.respond(true);
    expect({ status, behind: behind.status }).toEqual({ status: 200, behind: 503 });
  });

  it('returns 503 view-behind with Retry-After while the owner does not respond', async () => {
    system.feeds.respond(false);
    const { status, body, headers } = await get('/order-status/mine-0', { [TOKEN]: 'orders/order-mine-0@1' });
    const without = await get('/order-status/mine-0');
    system.feeds.respond(true);
    expect([status, body['type'], headers.get('retry-after')]).toEqual([503, '/problems/view-behind', '1']);
    expect(without.status).toBe(200);
  });

  it('waits for an owner that is briefly unavailable', async () => {
    system.feeds.commitOnly(feedOf([placed('mine-late')]));
    system.feeds.respond(false);
    const token = { [TOKEN]: 'orders/order-mine-late@1' };
    const [{ status }] = await Promise.all([get('/order-status/mine-late', token), system.feeds.recover()]);
    expect(status).toBe(200);
  });

  it('does not wait for an owner whose events the view does not use', async () => {
    system.feeds.respond(false);
    const { status } = await get('/order-status/mine-0', { [TOKEN]: 'loans/loan-1@1' });
    system.feeds.respond(true);
    expect(status).toBe(200);
  });

  it.each(['nonsense', 'nobody/stream@1', 'orders/order-1', 'orders/order-1@x'])(
    'is rejected with the token %s',
    async (token) => {
      expect((await get('/order-status/mine-0', { [TOKEN]: token })).status).toBe(400);
    },
  );
});

describe('an event that a view cannot apply', () => {
  const stream = { consumer: 'fragile-order', source: 'payments', stream: 'payment-order-1' };

  it('is listed with its reason, and blocks only its stream', async () => {
    const all = await list('/dead-letters?consumer=fragile-order', 'deadLetters');
    const letters = all.filter((letter) => letter['stream'] === stream.stream);
    expect(letters).toMatchObject([
      {
        ...stream,
        state: 'poison',
        type: 'payments.payment-captured.v1',
        reason: 'order-1 cannot be captured',
      },
      { ...stream, state: 'blocked', type: 'payments.payment-refunded.v1' },
      { ...stream, state: 'blocked', type: 'payments.payment-voided.v1' },
    ]);
    const { body } = await get('/fragile-order/order-1');
    expect(body).toMatchObject({
      state: 'partly-returned',
      payment: { state: 'authorized' },
      money: { state: 'withdrawn' },
    });
  });

  it('stays a dead letter when its replay fails again', async () => {
    expect((await post('/dead-letters/replay', stream)).body).toMatchObject({ done: true, left: 3 });
  });

  it('is applied by a replay once the view can apply it, followed by the rest of its stream', async () => {
    const other = { ...stream, stream: 'payment-order-2' };
    broken.delete('order-2');
    expect((await post('/dead-letters/replay', other)).body).toEqual({
      done: true,
      left: 0,
      deadLetters: [],
    });
    expect((await get('/fragile-order/order-2')).body).toEqual(foldAll(orderStatus, events).get('order-2'));
  });

  it('is discarded only for a reason, after which the rest of its stream is applied', async () => {
    expect((await post('/dead-letters/discard', { ...stream, reason: '' })).status).toBe(400);
    const discarding = { ...stream, reason: 'counted by hand' };
    const { status, body } = await post('/dead-letters/discard', discarding, 'discard');
    expect([status, body]).toEqual([200, { done: true, left: 0, deadLetters: [] }]);
    expect((await get('/fragile-order/order-1')).body).toMatchObject({ payment: { state: 'voided' } });
    expect(await list('/dead-letters?consumer=fragile-order', 'deadLetters')).toEqual([]);
    const resolved = await list('/dead-letters?consumer=fragile-order&state=resolved', 'deadLetters');
    expect(resolved.filter(({ state }) => state === 'discarded')).toMatchObject([
      {
        ...stream,
        type: 'payments.payment-captured.v1',
        state: 'discarded',
        resolution: 'counted by hand',
        resolvedAt: expect.any(String),
      },
    ]);
    expect((await post('/dead-letters/discard', { ...stream, reason: 'again' })).status).toBe(404);
    const repeated = await post('/dead-letters/discard', discarding, 'discard');
    expect([repeated.status, repeated.body]).toEqual([status, body]);
    expect(repeated.headers.get('idempotent-replayed')).toBe('true');
    expect(await post('/dead-letters/discard', { ...stream, reason: 'other' }, 'discard')).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
  });

  it('is in the view after a rebuild by a definition that can apply it', async () => {
    broken.clear();
    const rebuild = () => post('/projections/fragile-order/rebuild', {}, 'rebuild');
    const [first, second] = await Promise.all([rebuild(), rebuild()]); // Two requests with one key make one rebuild.
    expect([first.status, second.status]).toEqual([202, 202]);
    const version = async () => (await get('/projections/fragile-order')).body['activeVersion'];
    await until(async () => expect(await version()).toBe(2), { what: 'the rebuild', timeoutMs: 60_000 });
    expect((await rebuild()).status).toBe(202);
    const { body: after } = await get('/projections/fragile-order');
    expect([after['activeVersion'], after['rebuild']]).toEqual([2, undefined]);
    expect((await get('/projections/fragile-order/audit')).body).toMatchObject({
      equal: true,
      differences: [],
    });
    const resolved = await list('/dead-letters?consumer=fragile-order&state=resolved', 'deadLetters');
    expect(resolved.filter(({ state }) => state === 'discarded')).toMatchObject([
      { ...stream, resolution: 'counted by hand' },
    ]);
  });
});

describe('operators', () => {
  it('see that no view is behind', async () => {
    await Promise.all(all.map((one) => host.catchUp(one, one.sources, 60_000)));
    const projections = await list('/projections', 'projections');
    expect(projections.map(({ name, state }) => [name, state])).toEqual(
      all.map(({ name }) => [name, 'current']),
    );
    expect(projections[1]!['sources']).toContainEqual(
      expect.objectContaining({ source: 'orders', partition: 0, events: 0, seconds: 0, state: 'current' }),
    );
  });

  it.each(views.map(({ name }) => [name]))('find %s equal to the fold of all events', async (name) => {
    expect((await get(`/projections/${name}/audit`)).body).toMatchObject({
      equal: true,
      moving: 0,
      differences: [],
    });
  });

  it('find a document that was changed outside the writer', async () => {
    await system.pool.query(
      `update views.bank_totals_1 set document = jsonb_set(document, '{moneyInCents}', '1') where key = 'EUR'`,
    );
    const { body } = await get('/projections/bank-totals/audit');
    expect(body).toMatchObject({ equal: false, differences: [{ key: 'EUR', found: { moneyInCents: 1 } }] });
  });

  it('see lag, dead letters and writers as metrics', async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toMatch(
      /consumer_lag_events\{consumer="statement",source="accounts",partition="0",service="projection"\} 0/,
    );
    expect(text).toMatch(
      /consumer_dead_letters\{consumer="fragile-order",source="payments",partition="0",service="projection"\} 0/,
    );
    expect(text).toContain(`projection_writers{service="projection"} ${all.length}`);
  });

  it('get 404 for an unknown view', async () => {
    expect((await get('/projections/none/audit')).status).toBe(404);
    expect((await post('/projections/none/rebuild')).status).toBe(404);
    expect((await get('/dead-letters?consumer=none')).status).toBe(404);
  });
});
