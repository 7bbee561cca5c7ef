import { randomUUID } from 'node:crypto';
import {
  outcomeOf,
  publishedAbout,
  START_WITHIN_MS,
  startServices,
  tally,
  type Api,
  type TestServices,
} from '@bankside/tools';

describe('the payments service on its real dependencies', () => {
  let services: TestServices;
  let payments: Api;

  const paymentOf = () => ({
    orderId: randomUUID(),
    customerId: 'ada',
    amountCents: 2998,
    currency: 'EUR',
    payWith: { account: '1000000017' },
  });
  const requested = async () => {
    const payment = paymentOf();
    expect(outcomeOf(await payments.post('/payments', payment))).toBe('201');
    return { ...payment, path: `/payments/${payment.orderId}` };
  };
  const ask = async (path: string, body?: object) => outcomeOf(await payments.post(path, body));
  const status = async (path: string) => (await payments.get(path)).body['status'];

  beforeAll(async () => {
    services = await startServices(['payments']);
    payments = services.api('payments');
  }, START_WITHIN_MS);
  afterAll(() => services.stop());

  it('authorizes, captures and refunds a payment', async () => {
    const { path, ...payment } = await requested();
    const whole = { refundId: randomUUID(), amountCents: payment.amountCents };
    expect((await payments.get(path)).body).toEqual({ ...payment, status: 'authorized', refunds: [] });
    expect(await ask(`${path}/refunds`, whole)).toBe('409 payment-not-captured');
    expect(await ask(`${path}/capture`)).toBe('200');
    expect(await ask(`${path}/void`)).toBe('409 payment-already-captured');
    expect(await ask(`${path}/refunds`, whole)).toBe('200');
    const refunds = [{ ...whole, status: 'refunded' }];
    expect((await payments.get(path)).body).toEqual({ ...payment, status: 'refunded', refunds });
  });

  it('refunds once despite concurrent requests', async () => {
    const { path, orderId } = await requested();
    await ask(`${path}/capture`);
    const part = { refundId: randomUUID(), amountCents: 1000 };
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => payments.post(`${path}/refunds`, part)),
    );
    expect(tally(responses)).toEqual({ '200': 20 });
    const events = await publishedAbout(payments, `payment-${orderId}`);
    expect(events.filter(({ type }) => type === 'payments.payment-refunded.v1')).toHaveLength(1);
  });

  it('refunds in parts up to what was captured, despite concurrent requests', async () => {
    const { path } = await requested();
    await ask(`${path}/capture`);
    const parts = Array.from({ length: 10 }, () => ({ refundId: randomUUID(), amountCents: 1000 }));
    const responses = await Promise.all(parts.map((part) => payments.post(`${path}/refunds`, part)));
    expect(tally(responses)).toEqual({ '200': 2, '409 refund-exceeds-payment': 8 });
    expect(await ask(`${path}/refunds`, { refundId: randomUUID(), amountCents: 999 })).toBe(
      '409 refund-exceeds-payment',
    );
  });

  it('holds a refund that no account or card can take, and lets staff pay it out once', async () => {
    const { path } = await requested();
    await ask(`${path}/capture`);
    const refundId = randomUUID();
    const inCash = { cashDesk: 'main' };
    await ask(`${path}/refunds`, { refundId, amountCents: 1000 });
    expect(await ask(`${path}/refunds/${refundId}/payout`, inCash)).toBe('409 refund-not-held');
    expect(await ask(`${path}/refunds/${refundId}/hold`)).toBe('200');
    expect(await ask(`${path}/refunds/${refundId}/payout`, inCash)).toBe('200');
    expect(await ask(`${path}/refunds/${refundId}/payout`, inCash)).toBe('200');
    expect(await ask(`${path}/refunds/${refundId}/payout`)).toBe('400 invalid-request');
    expect(await ask(`${path}/refunds/unknown/payout`, inCash)).toBe('404 refund-not-found');
    expect((await payments.get(path)).body['refunds']).toMatchObject([{ status: 'paid-out' }]);
  });

  it('rejects a payment whose void arrived first', async () => {
    const payment = paymentOf();
    const path = `/payments/${payment.orderId}`;
    expect(await ask(`${path}/void`)).toBe('200');
    expect(await ask('/payments', payment)).toBe('409 payment-voided');
    expect((await payments.get(path)).status).toBe(404);
  });

  it('voids a payment and fails another', async () => {
    const [one, two] = [await requested(), await requested()];
    expect(await ask(`${one.path}/void`)).toBe('200');
    expect(await ask(`${one.path}/capture`)).toBe('409 payment-voided');
    expect(await ask(`${two.path}/failure`, { reason: 'insufficient-funds' })).toBe('200');
    expect(await ask(`${two.path}/capture`)).toBe('409 payment-failed');
    expect([await status(one.path), await status(two.path)]).toEqual(['voided', 'failed']);
  });

  it('rejects a different payment for the same order', async () => {
    const { path: _path, ...payment } = await requested();
    expect(await ask('/payments', payment)).toBe('201');
    expect(await ask('/payments', { ...payment, amountCents: 1 })).toBe('409 payment-differs');
  });

  it('responds with 404 for an unknown payment', async () => {
    expect(await ask('/payments/unknown/capture')).toBe('404 payment-not-found');
    expect(await ask('/payments/unknown/refunds', { refundId: 'r1', amountCents: 1 })).toBe(
      '404 payment-not-found',
    );
    expect(await ask('/payments/unknown/failure', { reason: 'late' })).toBe('404 payment-not-found');
  });

  it.each([
    ['a negative amount', { amountCents: -1 }, '/amountCents'],
    ['two means of payment', { payWith: { account: '1000000017', card: '400000000006' } }, '/payWith'],
    ['an unknown field', { tip: 1 }, '/tip'],
  ])('rejects %s, and names the field', async (_what, wrong, pointer) => {
    const payment = paymentOf();
    const response = await payments.post('/payments', { ...payment, ...wrong });
    expect(outcomeOf(response)).toBe('400 invalid-request');
    expect(response.body['errors']).toMatchObject([{ pointer }]);
    expect((await payments.get(`/payments/${payment.orderId}`)).status).toBe(404);
  });

  it('publishes its public events in the order of the commits', async () => {
    const { path, orderId } = await requested();
    await ask(`${path}/capture`);
    await ask(`${path}/refunds`, { refundId: randomUUID(), amountCents: 1 });
    const events = await publishedAbout(payments, `payment-${orderId}`);
    expect(events.map(({ type }) => type)).toEqual([
      'payments.payment-authorized.v1',
      'payments.payment-captured.v1',
      'payments.payment-refunded.v1',
    ]);
  });
});
