import { randomUUID } from 'node:crypto';
import {
  bankClient,
  outcomeOf,
  publishedAbout,
  START_WITHIN_MS,
  startServices,
  tally,
  until,
  type Api,
  type BankClient,
  type TestServices,
} from '@bankside/tools';

describe('the inventory service on its real dependencies', () => {
  let services: TestServices;
  let inventory: Api;
  let bank: BankClient;

  const stocked = (quantity: number) => bank.addProduct({ quantity });
  const stock = async (path: string) => {
    const { onHand, reserved, free } = (await inventory.get(path)).body;
    return { onHand, reserved, free };
  };

  beforeAll(async () => {
    services = await startServices(['inventory']);
    inventory = services.api('inventory');
    bank = bankClient(services);
  }, START_WITHIN_MS);
  afterAll(() => services.stop());

  it('adds a product and stock', async () => {
    const { path, ...product } = await stocked(0);
    const added = await inventory.post(`${path}/stock`, { quantity: 10 });
    expect({ status: added.status, body: added.body }).toEqual({
      status: 201,
      body: { onHand: 10, reserved: 0, free: 10 },
    });
    const known = { ...product, onHand: 10, reserved: 0, free: 10 };
    expect((await inventory.get(path)).body).toEqual(known);
    const listed = async () =>
      expect((await inventory.get('/products')).body['products']).toContainEqual(known);
    await until(listed, { what: 'the list of products', timeoutMs: 5_000 });
  });

  it('rejects a different product under the same sku', async () => {
    const { path: _path, ...product } = await stocked(0);
    expect(outcomeOf(await inventory.post('/products', product))).toBe('201');
    const other = await inventory.post('/products', { ...product, unitPriceCents: 1 });
    expect(outcomeOf(other)).toBe('409 product-already-exists');
  });

  it('adds stock once for a repeated request', async () => {
    const { path } = await stocked(0);
    const key = randomUUID();
    for (let times = 0; times < 3; times += 1) await inventory.post(`${path}/stock`, { quantity: 10 }, key);
    expect(await stock(path)).toEqual({ onHand: 10, reserved: 0, free: 10 });
  });

  it('reserves ten pieces for ten of a hundred concurrent buyers', async () => {
    const { path } = await stocked(10);
    const buyers = Array.from({ length: 100 }, () => randomUUID());
    const responses = await Promise.all(
      buyers.map((orderId) => inventory.post(`${path}/reservations`, { orderId, quantity: 1 })),
    );
    expect(tally(responses)).toEqual({ '201': 10, '422 out-of-stock': 90 });
    expect(await stock(path)).toEqual({ onHand: 10, reserved: 10, free: 0 });
    const winners = buyers.filter((_, index) => responses[index]?.status === 201);
    await Promise.all(winners.map((id) => inventory.post(`${path}/reservations/${id}/commitment`)));
    expect(await stock(path)).toEqual({ onHand: 0, reserved: 0, free: 0 });
  });

  it('releases a reservation once', async () => {
    const { path } = await stocked(5);
    await inventory.post(`${path}/reservations`, { orderId: 'o1', quantity: 3 });
    expect(await stock(path)).toEqual({ onHand: 5, reserved: 3, free: 2 });
    for (let times = 0; times < 3; times += 1)
      expect(outcomeOf(await inventory.post(`${path}/reservations/o1/release`))).toBe('200');
    expect(await stock(path)).toEqual({ onHand: 5, reserved: 0, free: 5 });
    expect(outcomeOf(await inventory.post(`${path}/reservations/o1/commitment`))).toBe(
      '409 reservation-released',
    );
  });

  it('rejects a reservation whose release arrived first', async () => {
    const { path } = await stocked(5);
    expect(outcomeOf(await inventory.post(`${path}/reservations/o1/release`))).toBe('200');
    const late = await inventory.post(`${path}/reservations`, { orderId: 'o1', quantity: 1 });
    expect(outcomeOf(late)).toBe('409 reservation-released');
    expect(await stock(path)).toEqual({ onHand: 5, reserved: 0, free: 5 });
  });

  it('responds with 404 for an unknown product', async () => {
    expect((await inventory.get('/products/unknown')).status).toBe(404);
    const calls: readonly (readonly [string, object?])[] = [
      ['stock', { quantity: 1 }],
      ['reservations', { orderId: 'o1', quantity: 1 }],
      ['reservations/o1/release'],
      ['reservations/o1/commitment'],
    ];
    for (const [path, body] of calls)
      expect(outcomeOf(await inventory.post(`/products/unknown/${path}`, body))).toBe(
        '404 product-not-found',
      );
  });

  it.each([
    ['no pieces', { quantity: 0 }, '/quantity'],
    ['half a piece', { quantity: 0.5 }, '/quantity'],
    ['an unknown field', { quantity: 1, colour: 'blue' }, '/colour'],
  ])('rejects %s, names the field and changes nothing', async (_what, body, pointer) => {
    const { path } = await stocked(1);
    const response = await inventory.post(`${path}/stock`, body);
    expect(outcomeOf(response)).toBe('400 invalid-request');
    expect(response.body['errors']).toMatchObject([{ pointer }]);
    expect(await stock(path)).toEqual({ onHand: 1, reserved: 0, free: 1 });
  });

  it('publishes its public events in the order of the commits', async () => {
    const { path, sku } = await stocked(5);
    for (const orderId of ['o1', 'o2'])
      await inventory.post(`${path}/reservations`, { orderId, quantity: 2 });
    await inventory.post(`${path}/reservations/o1/release`);
    await inventory.post(`${path}/reservations/o3/release`);
    await inventory.post(`${path}/reservations/o2/commitment`);
    const events = await publishedAbout(inventory, `product-${sku}`);
    expect(events.map(({ type }) => type)).toEqual([
      'inventory.product-added.v1',
      'inventory.stock-added.v1',
      'inventory.stock-reserved.v1',
      'inventory.stock-reserved.v1',
      'inventory.stock-released.v1',
      'inventory.stock-committed.v1',
    ]);
  });
});
