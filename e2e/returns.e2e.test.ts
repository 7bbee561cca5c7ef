import { randomUUID } from 'node:crypto';
import { waitForReturn, type ApiClient, type ApiReply } from '@bankside/client';
import { outcomeOf, until } from '@bankside/tools';
import { without } from './control';
import { shop, signInAs, truth, type Buyer } from './shop';

describe('the way back of an order', () => {
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

  const cancel = (orderId: string, api = teller, key: string = randomUUID()): Promise<ApiReply> =>
    api.post(`/api/orders/${orderId}/cancellation`, key, { reason: 'changed-my-mind' });
  const askBack = (
    orderId: string,
    sku: string,
    quantity: number,
    { api = teller, key = randomUUID() as string, writeOff = false } = {},
  ) =>
    api.post(`/api/orders/${orderId}/returns`, key, {
      lines: [{ sku, quantity, writeOff }],
      reason: 'damaged',
    });
  const takeBack = async (...args: Parameters<typeof askBack>) => {
    const accepted = await askBack(...args);
    expect(outcomeOf(accepted)).toBe('202');
    const [orderId] = args;
    const returnId = String(accepted.body['returnId']);
    await waitForReturn(teller, orderId, returnId, accepted.token);
    let found: Readonly<Record<string, unknown>> | undefined;
    // The view may learn of the completion before it learns what was refunded and where the money went.
    await until(
      async () => {
        const { payment, ...order } = await orderOf(orderId);
        const returns = order['returns'] as readonly Readonly<Record<string, unknown>>[];
        found = returns.find((one) => one['returnId'] === returnId);
        expect(found).toMatchObject({ refund: { state: expect.not.stringMatching('refunded') } });
        const refundedCents = returns.reduce((sum, { refundCents }) => sum + Number(refundCents), 0);
        expect(payment).toMatchObject({ refundedCents });
      },
      { what: 'the end of the refund', timeoutMs: 30_000 },
    );
    return found!;
  };
  const orderOf = async (orderId: string) => (await teller.get(`/api/orders/${orderId}`)).body;
  const bought = async (cents = 10_000, quantity = 3) => {
    const buyer = await at.buyer(cents);
    const sku = await at.product(1_000, 5);
    return { buyer, sku, ...(await at.order(buyer, sku, quantity)) };
  };
  const change = async (path: string, body: object = {}): Promise<void> =>
    expect(outcomeOf(await teller.post(path, randomUUID(), body))).toMatch(/^20/);

  it('refunds the price of some pieces, and later of the rest, and restocks or writes them off', async () => {
    const { buyer, sku, orderId } = await bought();
    const asBuyer = await signInAs({ role: 'customer', customerId: buyer.customerId });
    expect(await takeBack(orderId, sku, 1, { api: asBuyer })).toMatchObject({
      state: 'completed',
      refundCents: 1_000,
      refund: { state: 'credited', to: { account: buyer.accountNumber } },
    });
    expect(await orderOf(orderId)).toMatchObject({
      state: 'partly-returned',
      payment: { refundedCents: 1_000 },
    });
    expect(await states.balance(buyer)).toBe(8_000);
    expect(await states.stock(sku)).toEqual({ onHand: 3, reserved: 0 });
    await asBuyer.close();
    await takeBack(orderId, sku, 2, { writeOff: true });
    expect(await orderOf(orderId)).toMatchObject({ state: 'returned', payment: { state: 'refunded' } });
    expect(await states.balance(buyer)).toBe(10_000);
    expect(await states.stock(sku)).toEqual({ onHand: 3, reserved: 0 });
  });

  it('rejects what may not be returned or cancelled, also when it is repeated, and changes nothing', async () => {
    const [one, poor] = [await bought(), await bought(10)];
    expect([one.state, poor.state]).toEqual(['confirmed', 'rejected']);
    const asOther = await signInAs({ role: 'customer', customerId: poor.buyer.customerId });
    const asBuyer = await signInAs({ role: 'customer', customerId: one.buyer.customerId });
    const cases: readonly (readonly [string, (key: string) => Promise<ApiReply>])[] = [
      ['409 order-already-confirmed', (key) => cancel(one.orderId, teller, key)],
      ['409 order-already-rejected', (key) => cancel(poor.orderId, teller, key)],
      ['404 order-not-found', (key) => cancel('none', teller, key)],
      ['404 not-found', (key) => cancel(one.orderId, asOther, key)],
      ['409 more-returned-than-bought', (key) => askBack(one.orderId, one.sku, 4, { key })],
      ['409 more-returned-than-bought', (key) => askBack(one.orderId, poor.sku, 1, { key })],
      ['409 order-already-rejected', (key) => askBack(poor.orderId, poor.sku, 1, { key })],
      ['404 not-found', (key) => askBack(one.orderId, one.sku, 1, { api: asOther, key })],
      ['403 forbidden', (key) => askBack(one.orderId, one.sku, 1, { api: asBuyer, key, writeOff: true })],
      ['404 order-not-found', (key) => askBack('none', one.sku, 1, { key })],
      ['400 invalid-request', (key) => askBack(one.orderId, one.sku, 0, { key })],
    ];
    for (const [expected, send] of cases) {
      const key = randomUUID();
      expect([expected, outcomeOf(await send(key)), outcomeOf(await send(key))]).toEqual([
        expected,
        expected,
        expected,
      ]);
    }
    expect(await orderOf(one.orderId)).toMatchObject({ state: 'confirmed', returns: [] });
    expect(await states.balance(one.buyer)).toBe(7_000);
    expect(await states.stock(one.sku)).toEqual({ onHand: 2, reserved: 0 });
    await Promise.all([asOther.close(), asBuyer.close()]);
  });

  const paidByCard = async (buyer: Buyer) => {
    const issued = await teller.post(`/api/customers/${buyer.customerId}/cards`, randomUUID(), {});
    const card = String(issued.body['cardNumber']);
    const sku = await at.product(1_000, 5);
    const body = { customerId: buyer.customerId, lines: [{ sku, quantity: 2 }], payWith: { card } };
    const placed = await teller.post('/api/orders', randomUUID(), body);
    const orderId = String(placed.body['orderId']);
    await until(async () => expect(await orderOf(orderId)).toMatchObject({ state: 'confirmed' }), {
      what: 'the confirmation',
      timeoutMs: 30_000,
    });
    return { card, sku, orderId };
  };

  it('credits the card that paid, also once it is blocked, while it owes as much', async () => {
    const { card, sku, orderId } = await paidByCard(await at.buyer(0));
    await change(`/api/cards/${card}/block`);
    expect(await takeBack(orderId, sku, 2)).toMatchObject({ refund: { state: 'credited', to: { card } } });
    expect((await teller.get(`/api/cards/${card}`)).body).toMatchObject({ usedCents: 0, status: 'blocked' });
  });

  it('credits the account of a customer whose card is blocked and owes less', async () => {
    const buyer = await at.buyer(2_000);
    const { card, sku, orderId } = await paidByCard(buyer);
    await change('/api/card-payments', {
      fromAccount: buyer.accountNumber,
      cardNumber: card,
      amountCents: 2_000,
    });
    await change(`/api/cards/${card}/block`);
    expect(await takeBack(orderId, sku, 1)).toMatchObject({
      refund: { state: 'credited', to: { account: buyer.accountNumber } },
    });
    expect(await states.balance(buyer)).toBe(1_000);
  });

  it('credits another account once the one that paid is closed, and holds the money without one', async () => {
    const { buyer, sku, orderId } = await bought(3_000);
    await change(`/api/accounts/${buyer.accountNumber}/close`);
    const held = await takeBack(orderId, sku, 1);
    expect(held).toMatchObject({ state: 'completed', refund: { state: 'held' } });
    const opened = await teller.post(`/api/customers/${buyer.customerId}/accounts`, randomUUID(), {});
    const account = String(opened.body['accountNumber']);
    expect(await takeBack(orderId, sku, 1)).toMatchObject({ refund: { state: 'credited', to: { account } } });

    const payOut = () =>
      teller.post(`/api/orders/${orderId}/returns/${String(held['returnId'])}/payout`, randomUUID(), {});
    expect([outcomeOf(await payOut()), outcomeOf(await payOut())]).toEqual(['200', '200']);
    await until(
      async () =>
        expect((await orderOf(orderId))['returns']).toContainEqual(
          expect.objectContaining({ returnId: held['returnId'], refund: { state: 'paid-out' } }),
        ),
      { what: 'the payout in the view', timeoutMs: 30_000 },
    );
    const { body } = await operator.get('/api/journal/trial-balance');
    const euros = (body['currencies'] as readonly { currency: string; sumCents: number }[])[0]!;
    expect(euros).toMatchObject({ sumCents: 0 });
  });

  it('is a cancellation while its payment waits for an account, and the repeat has the same response', async () => {
    const buyer = await at.buyer(3_000);
    const sku = await at.product(1_000, 5);
    const key = randomUUID();
    const orderId = await without('accounts', async () => {
      const payWith = { account: buyer.accountNumber };
      const body = { customerId: buyer.customerId, lines: [{ sku, quantity: 3 }], payWith };
      const placed = await teller.post('/api/orders', randomUUID(), body);
      const id = String(placed.body['orderId']);
      await until(async () => expect(await states.payment(id)).toBe('authorized'), {
        what: 'the authorization',
        timeoutMs: 30_000,
      });
      expect(outcomeOf(await cancel(id, teller, key))).toBe('202');
      return id;
    });
    await until(async () => expect(outcomeOf(await cancel(orderId, teller, key))).toBe('200'), {
      what: 'the cancellation',
      timeoutMs: 30_000,
    });
    expect(outcomeOf(await cancel(orderId))).toBe('409 order-already-cancelled');
    expect(await states.order(orderId)).toBe('cancelled');
    expect(await states.payment(orderId)).toBe('voided');
    expect(await states.balance(buyer)).toBe(3_000);
    expect(await states.stock(sku)).toEqual({ onHand: 5, reserved: 0 });
  });
});
