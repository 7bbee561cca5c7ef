import { randomUUID } from 'node:crypto';
import {
  bankClient,
  outcomeOf,
  publishedAbout,
  START_WITHIN_MS,
  startServices,
  type Api,
  type BankClient,
  type TestServices,
} from '@bankside/tools';

describe('the orders service on its real dependencies', () => {
  let services: TestServices;
  let orders: Api;
  let bank: BankClient;
  let customerId: string;
  let sku: string;

  const addProduct = async (unitPriceCents: number, currency?: string) =>
    (await bank.addProduct({ unitPriceCents, ...(currency !== undefined && { currency }) })).sku;
  const wish = (other: object = {}) => ({
    orderId: randomUUID(),
    customerId,
    lines: [{ sku, quantity: 2 }],
    payWith: { account: '1000000017' },
    ...other,
  });
  const placed = async () => {
    const order = wish();
    expect(outcomeOf(await orders.post('/orders', order))).toBe('202');
    return `/orders/${order.orderId}`;
  };

  beforeAll(async () => {
    services = await startServices(['customers', 'inventory', 'orders']);
    orders = services.api('orders');
    bank = bankClient(services);
    customerId = (await bank.register()).customerId;
    sku = await addProduct(1499);
  }, START_WITHIN_MS);
  afterAll(() => services.stop());

  it('places an order at the prices of its replica, including a product added a moment ago', async () => {
    const other = await addProduct(250);
    const order = wish({
      customerId: (await bank.register()).customerId,
      lines: [
        { sku, quantity: 2 },
        { sku: other, quantity: 1 },
        { sku, quantity: 1 },
      ],
    });
    const response = await orders.post('/orders', order);
    expect({ status: response.status, body: response.body }).toEqual({
      status: 202,
      body: { orderId: order.orderId },
    });
    expect(response.headers.get('consistency-token')).toBe(`orders/order-${order.orderId}@1`);
    expect((await orders.get(`/orders/${order.orderId}`)).body).toMatchObject({
      status: 'placed',
      lines: [
        { sku, quantity: 3, unitPriceCents: 1499 },
        { sku: other, quantity: 1, unitPriceCents: 250 },
      ],
      totalCents: 4747,
      currency: 'EUR',
    });
  });

  it('verifies the order that a message claims', async () => {
    const path = await placed();
    const state = (await orders.get(path)).body as Record<string, unknown>;
    const { orderId, status: _placed, returns: _returns, cancellationRequests: _requests, ...order } = state;
    const verify = async (claim: object, of = path) =>
      outcomeOf(await orders.post(`${of}/verification`, claim));
    expect(orderId).toBeDefined();
    expect(await verify(order)).toBe('200');
    expect(await verify({ ...order, payWith: { account: '1000000025' } })).toBe('409 order-differs');
    expect(await verify({ ...order, customerId: randomUUID() })).toBe('409 order-differs');
    expect(await verify(order, `/orders/${randomUUID()}`)).toBe('404 order-not-found');
    expect(await verify({ ...order, more: 1 })).toBe('400 invalid-request');
    await orders.post(`${path}/rejection`, { reason: 'insufficient-funds' });
    expect(await verify(order)).toBe('409 order-already-rejected');
  });

  it('returns the first response to a repeat', async () => {
    const order = wish();
    const key = randomUUID();
    const [first, again] = [
      await orders.post('/orders', order, key),
      await orders.post('/orders', order, key),
    ];
    expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const other = { ...order, lines: [{ sku, quantity: 3 }] };
    expect(outcomeOf(await orders.post('/orders', other, key))).toBe('422 idempotency-key-reused');
    expect(outcomeOf(await orders.post('/orders', other))).toBe('409 order-already-placed');
  });

  it('accepts orders while the owners of its replicas are down', async () => {
    const [customers, inventory] = [services.process('customers'), services.process('inventory')];
    const pids = [customers.pid, inventory.pid] as const;
    for (const process of [customers, inventory]) process.pause();
    const response = await orders.post('/orders', wish());
    for (const process of [customers, inventory]) process.resume();
    expect(outcomeOf(response)).toBe('202');
    expect([customers.pid, inventory.pid]).toEqual(pids);
  });

  it('rejects unknown customers and products', async () => {
    expect(outcomeOf(await orders.post('/orders', wish({ customerId: 'unknown' })))).toBe(
      '404 customer-not-found',
    );
    const unknown = { lines: [{ sku: 'unknown', quantity: 1 }] };
    expect(outcomeOf(await orders.post('/orders', wish(unknown)))).toBe('404 product-not-found');
    expect((await orders.get('/orders/unknown')).status).toBe(404);
    expect(outcomeOf(await orders.post('/orders/unknown/confirmation'))).toBe('404 order-not-found');
  });

  it('rejects products in different currencies', async () => {
    const dollars = await addProduct(1, 'USD');
    const lines = [
      { sku, quantity: 1 },
      { sku: dollars, quantity: 1 },
    ];
    expect(outcomeOf(await orders.post('/orders', wish({ lines })))).toBe('422 currency-mismatch');
  });

  it('rejects an order that exceeds the payment limit', async () => {
    const dear = await addProduct(100_000_000);
    const lines = (quantity: number) => ({ lines: [{ sku: dear, quantity }] });
    expect(outcomeOf(await orders.post('/orders', wish(lines(10))))).toBe('202');
    expect(outcomeOf(await orders.post('/orders', wish(lines(11))))).toBe('422 order-too-large');
  });

  it('ends an order once', async () => {
    const [one, two, three] = [await placed(), await placed(), await placed()];
    const ask = async (path: string, body?: object) => outcomeOf(await orders.post(path, body));
    expect(await ask(`${one}/confirmation`)).toBe('200');
    expect(await ask(`${one}/cancellation`, { reason: 'too-slow' })).toBe('409 order-already-confirmed');
    expect(await ask(`${two}/rejection`, { reason: 'out-of-stock' })).toBe('200');
    expect(await ask(`${two}/confirmation`)).toBe('409 order-already-rejected');
    expect(await ask(`${three}/cancellation`, { reason: 'too-slow' })).toBe('200');
    expect(await ask(`${three}/rejection`, { reason: 'late' })).toBe('409 order-already-cancelled');
    expect((await orders.get(two)).body).toMatchObject({ status: 'rejected', reason: 'out-of-stock' });
  });

  it('records a request to cancel an order once, and rejects a late one with its reason', async () => {
    const [one, two] = [await placed(), await placed()];
    const request = { reason: 'too-slow', cancellationId: randomUUID() };
    const key = randomUUID();
    const ask = async (path: string, body: object, by = randomUUID()) =>
      outcomeOf(await orders.post(`${path}/cancellation-requests`, body, by));
    expect([await ask(one, request, key), await ask(one, request, key)]).toEqual(['200', '200']);
    expect(await ask(one, { ...request, reason: 'changed-my-mind' }, key)).toBe('422 idempotency-key-reused');
    expect((await orders.get(one)).body).toMatchObject({
      status: 'placed',
      cancellationRequests: [request.cancellationId],
    });
    await orders.post(`${two}/confirmation`);
    expect(await ask(two, request)).toBe('409 order-already-confirmed');
    expect(await ask('/orders/unknown', request)).toBe('404 order-not-found');
    expect(await ask(one, { ...request, reason: 'because' })).toBe('400 invalid-request');
  });

  it('accepts returns of a confirmed order, each piece once, and verifies and ends them', async () => {
    const path = await placed();
    const takeBack = async (quantity: number, other: object = {}) => {
      const asked = { returnId: randomUUID(), lines: [{ sku, quantity }], ...other };
      return { asked, outcome: outcomeOf(await orders.post(`${path}/returns`, asked)) };
    };
    expect((await takeBack(1)).outcome).toBe('409 order-not-confirmed');
    await orders.post(`${path}/confirmation`);
    expect((await orders.get(path)).body).toHaveProperty('returnableUntil');
    const { asked, outcome } = await takeBack(1, { reason: 'damaged' });
    expect(outcome).toBe('202');
    expect((await takeBack(2)).outcome).toBe('409 more-returned-than-bought');
    expect((await takeBack(1, { reason: 'ugly' })).outcome).toBe('400 invalid-request');

    const published = await publishedAbout(orders, path.replace('/orders/', 'order-'));
    const { orderId: _order, returnId, ...claim } = published.at(-1)!.data as Record<string, unknown>;
    expect(returnId).toBe(asked.returnId);
    const at = `${path}/returns/${asked.returnId}`;
    const ask = async (step: string, body?: object) => outcomeOf(await orders.post(`${at}/${step}`, body));
    expect(await ask('verification', claim)).toBe('200');
    expect(await ask('verification', { ...claim, refundCents: 1 })).toBe('409 return-differs');
    expect(await ask('completion')).toBe('200');
    expect(await ask('rejection', { reason: 'late' })).toBe('409 return-already-completed');
    expect(await ask('verification', claim)).toBe('409 return-already-completed');
    expect((await orders.get(path)).body).toMatchObject({ status: 'partly-returned' });
  });

  it('needs no payer for an order that costs nothing, and one for every other', async () => {
    const free = await addProduct(0);
    const order = wish({ lines: [{ sku: free, quantity: 1 }], payWith: undefined });
    expect(outcomeOf(await orders.post('/orders', order))).toBe('202');
    expect((await orders.get(`/orders/${order.orderId}`)).body).not.toHaveProperty('payWith');
    expect(outcomeOf(await orders.post('/orders', wish({ payWith: undefined })))).toBe('422 payer-required');
  });

  it.each([
    ['no lines', { lines: [] }, '/lines'],
    ['51 lines', { lines: Array(51).fill({ sku: 'cd-1', quantity: 1 }) }, '/lines'],
    ['a price', { lines: [{ sku: 'cd-1', quantity: 1, unitPriceCents: 1 }] }, '/lines/0/unitPriceCents'],
    ['no means of payment', { payWith: {} }, '/payWith'],
  ])('rejects %s, and names the field', async (_what, wrong, pointer) => {
    const order = wish(wrong);
    const response = await orders.post('/orders', order);
    expect(outcomeOf(response)).toBe('400 invalid-request');
    expect(response.body['errors']).toMatchObject([{ pointer }]);
    expect((await orders.get(`/orders/${order.orderId}`)).status).toBe(404);
  });

  it('publishes its events in the order of the commits', async () => {
    const [one, two, three] = [await placed(), await placed(), await placed()];
    await orders.post(`${one}/confirmation`);
    await orders.post(`${two}/rejection`, { reason: 'out-of-stock' });
    await orders.post(`${three}/cancellation`, { reason: 'too-slow' });
    const about = await Promise.all(
      [one, two, three].map((path) => publishedAbout(orders, path.replace('/orders/', 'order-'))),
    );
    expect(about.map((events) => events.map(({ type }) => type))).toEqual(
      ['confirmed', 'rejected', 'cancelled'].map((end) => [
        'orders.order-placed.v1',
        `orders.order-${end}.v1`,
      ]),
    );
  });
});
