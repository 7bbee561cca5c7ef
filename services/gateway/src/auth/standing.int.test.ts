import express from 'express';
import { fakeFeed } from '../../testing/fake-feed';
import { startGateway, type TestGateway } from '../../testing/gateway';
import { listen, type Listening } from '../../testing/listen';

describe('the token of a customer', () => {
  const left = new Set<string>();
  let isDown = false;
  let asked = 0;
  let now = Date.now();
  let service: Listening;
  let gateway: TestGateway;

  beforeAll(async () => {
    const customers = express();
    customers.get('/customers/:customerId', (req, res) => {
      const { customerId } = req.params;
      asked += 1;
      if (isDown) return void res.status(503).json({ type: '/problems/failed-on-purpose' });
      res.json({ customerId, status: left.has(customerId) ? 'deactivated' : 'active' });
    });
    customers.use(fakeFeed('customers').router);
    customers.use((_req, res) => void res.json({ products: [] }));
    service = await listen(customers);
    gateway = await startGateway(
      { customers: service.port, inventory: service.port },
      {
        standing: true,
        clock: { now: () => now, after: (ms) => ({ done: sleepless(ms), clear: () => {} }) },
      },
    );
  });
  beforeEach(() => {
    isDown = false;
  });
  afterAll(async () => {
    await gateway.close();
    await service.close();
  });

  /** Passes the time at once. */
  const sleepless = async (ms: number): Promise<void> => {
    now += ms;
  };
  const products = async (headers: Readonly<Record<string, string>>) => {
    const response = await fetch(`${gateway.url}/api/products`, { headers });
    const { type } = (await response.json()) as { type?: string };
    return { status: response.status, ...(type !== undefined && { type }) };
  };
  const refused = { status: 401, type: '/problems/customer-left' };

  it('is rejected two seconds after the customer left, and also for calls of other roles', async () => {
    const headers = await gateway.bearer('customer', 'ada');
    expect(await products(headers)).toEqual({ status: 200 });
    left.add('ada');
    now += 2_000;
    expect(await products(headers)).toEqual(refused);
    const sagas = await fetch(`${gateway.url}/api/sagas`, { headers });
    expect({ status: sagas.status, challenge: sagas.headers.get('www-authenticate') }).toEqual({
      status: 401,
      challenge: 'Bearer error="invalid_token"',
    });
  });

  it('costs one request to customers in two seconds', async () => {
    const headers = await gateway.bearer('customer', 'bob');
    const before = asked;
    for (let call = 0; call < 5; call += 1) expect(await products(headers)).toEqual({ status: 200 });
    expect(asked - before).toBe(1);
  });

  it('stays valid while customers does not respond if it was valid before, and gets 503 otherwise', async () => {
    const known = await gateway.bearer('customer', 'cyd');
    expect(await products(known)).toEqual({ status: 200 });
    isDown = true;
    now += 60_000;
    expect(await products(known)).toEqual({ status: 200 });
    const unknown = { status: 503, type: '/problems/unavailable' };
    expect(await products(await gateway.bearer('customer', 'dan'))).toEqual(unknown);
    expect(await products(await gateway.bearer('teller'))).toEqual({ status: 200 });
    now += 16 * 60_000;
    expect(await products(known)).toEqual(unknown);
  });

  it('keeps the other roles of a customer who also works for the bank', async () => {
    left.add('eve');
    const both = await gateway.bearerOf({ role: ['customer', 'operator'], customerId: 'eve' });
    expect((await fetch(`${gateway.url}/api/sagas`, { headers: both })).status).toBe(200);
    expect((await fetch(`${gateway.url}/api/customers/eve`, { headers: both })).status).toBe(403);
  });

  it('no longer opens a live stream, and one that is open ends', async () => {
    const headers = await gateway.bearer('customer', 'fay');
    const stream = await fetch(`${gateway.url}/api/events`, { headers });
    expect(stream.status).toBe(200);
    left.add('fay');
    now += 2_000;
    expect(await stream.text()).toMatch(/^retry: /);
    expect((await fetch(`${gateway.url}/api/events`, { headers })).status).toBe(401);
  });
});
