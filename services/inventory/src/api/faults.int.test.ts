import { randomUUID } from 'node:crypto';
import { START_WITHIN_MS, startServices, until, type Api, type TestServices } from '@bankside/tools';

// Fault injection, shown on the service with the shortest path from a command to its own events.
describe('inventory under injected faults', () => {
  let services: TestServices;
  let inventory: Api;

  beforeAll(async () => {
    services = await startServices(['inventory'], { FAULTS: 'enabled' });
    inventory = services.api('inventory');
  }, START_WITHIN_MS);
  afterAll(() => services.stop());
  afterEach(() => put({}));

  const put = async (faults: object): Promise<void> => {
    const { status } = await fetch(`${services.url('inventory')}/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify(faults),
    });
    expect(status).toBe(200);
  };
  const add = async (sku: string): Promise<void> => {
    const product = { sku, title: 'Kind of Blue', unitPriceCents: 100, currency: 'EUR' };
    expect((await inventory.post('/products', product)).status).toBe(201);
  };
  const restock = (sku: string, key: string) =>
    inventory.post(`/products/${sku}/stock`, { quantity: 5 }, key);
  /** The service builds its list of products from its own events. */
  const isListed = (sku: string, onHand: number): Promise<void> =>
    until(
      async () => {
        const { body } = await inventory.get('/products');
        const products = body['products'] as readonly Readonly<{ sku: string; onHand: number }>[];
        if (products.find((product) => product.sku === sku)?.onHand !== onHand)
          throw new Error('not yet as expected');
      },
      { what: `${sku} in the list`, timeoutMs: 20_000 },
    );

  it('crashes after the commit and before the response, and a repeat gets the recorded outcome', async () => {
    await add('cd-1');
    const { pid } = services.process('inventory');
    await put({ crashAfterEffect: true });
    await expect(restock('cd-1', 'k1')).rejects.toThrow('fetch failed');
    await services.process('inventory').whenRestarted(pid);
    const again = await restock('cd-1', 'k1');
    expect({ status: again.status, replayed: again.headers.get('idempotent-replayed') }).toEqual({
      status: 201,
      replayed: 'true',
    });
    expect((await inventory.get('/products/cd-1')).body).toMatchObject({ onHand: 5 });
  });

  it.each([
    ['lost', { dropRate: 1 }],
    ['duplicated', { doubleRate: 1 }],
    ['delayed', { reorderRate: 0.5 }],
  ])('applies each event once while events are %s', async (what, faults) => {
    const sku = `cd-${what.replace(' ', '-')}`;
    await put(faults);
    await add(sku);
    for (const key of ['a', 'b', 'c']) expect((await restock(sku, `${sku}-${key}`)).status).toBe(201);
    await isListed(sku, 15);
  });

  it('parks a poisoned event, holds back its stream only, and applies both after the replay', async () => {
    const stream = { consumer: 'inventory', source: 'inventory', stream: 'product-cd-poisoned' };
    await put({ poisonStream: stream.stream });
    await add('cd-poisoned');
    await add('cd-other');
    await isListed('cd-other', 0);
    expect((await restock('cd-poisoned', 'p1')).status).toBe(201);
    const letters = async () => {
      const { body } = await inventory.get('/dead-letters');
      return (body['deadLetters'] as readonly object[]).length;
    };
    await until(async () => expect(await letters()).toBe(2), { what: 'two dead letters', timeoutMs: 20_000 });
    const { body } = await inventory.get('/dead-letters');
    expect(body['deadLetters']).toMatchObject([
      { ...stream, state: 'poison', reason: expect.stringContaining('on purpose') },
      { ...stream, state: 'blocked' },
    ]);
    const replay = () => inventory.post('/dead-letters/replay', stream);
    expect((await replay()).body).toMatchObject({ left: 2 });
    await put({});
    expect((await replay()).body).toMatchObject({ done: true, left: 0 });
    await isListed('cd-poisoned', 5);
  });
});
