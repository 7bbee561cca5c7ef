import type { ApiClient } from '@bankside/client';
import { until } from '@bankside/tools';
import { shop, signInAs, truth } from './shop';

describe('an order', () => {
  let teller: ApiClient;
  let operator: ApiClient;
  let at: ReturnType<typeof shop>;
  let states: ReturnType<typeof truth>;

  beforeAll(async () => {
    teller = await signInAs({ role: 'teller' });
    operator = await signInAs({ role: 'operator' });
    at = shop(teller);
    states = truth(operator);
  });
  afterAll(() => Promise.all([teller.close(), operator.close()]));

  it('is confirmed, paid from the account and taken from stock', async () => {
    const buyer = await at.buyer(10_000);
    const sku = await at.product(2_500, 5);
    const order = await at.order(buyer, sku, 3);
    expect(order.state).toBe('confirmed');
    expect(await states.balance(buyer)).toBe(2_500);
    expect(await states.stock(sku)).toEqual({ onHand: 2, reserved: 0 });
    expect(await states.payment(order.orderId)).toBe('captured');
    expect(await states.order(order.orderId)).toBe('confirmed');
  });

  it('is rejected for insufficient funds, and its stock and payment are released', async () => {
    const buyer = await at.buyer(7_499);
    const sku = await at.product(2_500, 5);
    const order = await at.order(buyer, sku, 3);
    expect(order).toMatchObject({ state: 'rejected', reason: 'insufficient-funds' });
    expect(await states.balance(buyer)).toBe(7_499);
    expect(await states.stock(sku)).toEqual({ onHand: 5, reserved: 0 });
    expect(await states.payment(order.orderId)).toBe('voided');
  });

  it('is rejected when out of stock, and no money moves', async () => {
    const buyer = await at.buyer(10_000);
    const sku = await at.product(1_000, 2);
    const order = await at.order(buyer, sku, 3);
    expect(order).toMatchObject({ state: 'rejected', reason: 'out-of-stock' });
    expect(await states.balance(buyer)).toBe(10_000);
    expect(await states.stock(sku)).toEqual({ onHand: 2, reserved: 0 });
  });

  it('is rejected when the account belongs to another customer', async () => {
    const [buyer, other] = [await at.buyer(0), await at.buyer(10_000)];
    const sku = await at.product(1_000, 1);
    const order = await at.order({ ...buyer, accountNumber: other.accountNumber }, sku, 1);
    expect(order).toMatchObject({ state: 'rejected', reason: 'account-not-found' });
    expect(await states.balance(other)).toBe(10_000);
    expect(await states.stock(sku)).toEqual({ onHand: 1, reserved: 0 });
  });

  it('with a total of zero is confirmed without a withdrawal', async () => {
    const buyer = await at.buyer(0);
    const sku = await at.product(0, 1);
    expect((await at.order(buyer, sku, 1)).state).toBe('confirmed');
    expect(await states.balance(buyer)).toBe(0);
    // Without a payment the confirmation decides, and the stock is committed after it.
    await until(async () => expect(await states.stock(sku)).toEqual({ onHand: 0, reserved: 0 }), {
      what: 'the commitment of the stock',
      timeoutMs: 30_000,
    });
  });

  it('is confirmed for exactly 10 of 40 concurrent buyers of 10 pieces', async () => {
    const price = 1_000;
    const buyers = await Promise.all(Array.from({ length: 40 }, () => at.buyer(price)));
    const sku = await at.product(price, 10);
    const orders = await Promise.all(buyers.map((buyer) => at.order(buyer, sku, 1)));
    const confirmed = orders.filter(({ state }) => state === 'confirmed');
    const refused = orders.filter(({ state, reason }) => state === 'rejected' && reason === 'out-of-stock');
    expect([confirmed.length, refused.length]).toEqual([10, 30]);
    expect(await states.stock(sku)).toEqual({ onHand: 0, reserved: 0 });
    const balances = await Promise.all(buyers.map((buyer) => states.balance(buyer)));
    expect(balances).toEqual(orders.map(({ state }) => (state === 'confirmed' ? 0 : price)));
  });
});
