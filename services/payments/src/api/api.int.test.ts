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
    expect((await payments.get(path)).body).toEqual({ ...payment, status: 'authorized' });
    expect(await ask(`${path}/refund`, {})).toBe('409 payment-not-captured');
    expect(await ask(`${path}/capture`)).toBe('200');
    expect(await ask(`${path}/void`)).toBe('409 payment-already-captured');
    expect(await ask(`${path}/refund`, { reason: 'damaged' })).toBe('200');
    expect((await payments.get(path)).body).toEqual({ ...payment, status: 'refunded', reason: 'damaged' });
  });

  it('refunds once despite concurrent requests', async () => {
    const { path, orderId } = await requested();
    await ask(`${path}/capture`);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => payments.post(`${path}/refund`, { reason: 'damaged' })),
    );
    expect(tally(answers)).toEqual({ '200': 20 });
    const events = await publishedAbout(payments, `payment-${orderId}`);
    expect(events.filter(({ type }) => type === 'payments.payment-refunded.v1')).toHaveLength(1);
  });

  it('accepts a refund without a body', async () => {
    const { path } = await requested();
    await ask(`${path}/capture`);
    expect(await ask(`${path}/refund`)).toBe('200');
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
    expect(await ask('/payments/unknown/refund', {})).toBe('404 payment-not-found');
    expect(await ask('/payments/unknown/failure', { reason: 'late' })).toBe('404 payment-not-found');
  });

  it.each([
    ['a negative amount', { amountCents: -1 }, '/amountCents'],
    ['two means of payment', { payWith: { account: '1000000017', card: '400000000006' } }, '/payWith'],
    ['an unknown field', { tip: 1 }, '/tip'],
  ])('rejects %s, and names the field', async (_what, wrong, pointer) => {
    const payment = paymentOf();
    const answer = await payments.post('/payments', { ...payment, ...wrong });
    expect(outcomeOf(answer)).toBe('400 invalid-request');
    expect(answer.body['errors']).toMatchObject([{ pointer }]);
    expect((await payments.get(`/payments/${payment.orderId}`)).status).toBe(404);
  });

  it('publishes its public events in the order of the commits', async () => {
    const { path, orderId } = await requested();
    await ask(`${path}/capture`);
    await ask(`${path}/refund`, {});
    const events = await publishedAbout(payments, `payment-${orderId}`);
    expect(events.map(({ type }) => type)).toEqual([
      'payments.payment-authorized.v1',
      'payments.payment-captured.v1',
      'payments.payment-refunded.v1',
    ]);
  });
});
