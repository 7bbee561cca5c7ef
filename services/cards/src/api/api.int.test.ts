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
import { luhnDigit } from '../use-cases';

describe('the cards service on its real dependencies', () => {
  let services: TestServices;
  let cards: Api;
  let bank: BankClient;

  const issue = (limitCents?: number) => bank.issueCard(limitCents);
  const ask = async (path: string, body?: object) => outcomeOf(await cards.post(path, body));
  const credit = async (path: string) => {
    const { limitCents, usedCents, availableCents } = (await cards.get(path)).body;
    return { limitCents, usedCents, availableCents };
  };

  beforeAll(async () => {
    services = await startServices(['customers', 'cards']);
    cards = services.api('cards');
    bank = bankClient(services);
  }, START_WITHIN_MS);
  afterAll(() => services.stop());

  it('issues a card with a Luhn-valid number to a customer who has just registered', async () => {
    const { cardNumber, customerId, mobileNumber, path } = await issue();
    expect(cardNumber).toMatch(/^4\d{11}$/);
    expect(cardNumber.at(-1)).toBe(luhnDigit(cardNumber.slice(0, -1)));
    const known = { cardNumber, customerId, currency: 'EUR', status: 'active' };
    const unused = { limitCents: 1_000, usedCents: 0, availableCents: 1_000 };
    expect((await cards.get(path)).body).toEqual({ ...known, ...unused });
    expect((await cards.get(`/cards?customerId=${customerId}`)).body).toEqual({
      cards: [{ ...known, ...unused }],
    });
    const found = async () =>
      expect((await cards.get(`/cards?mobileNumber=${encodeURIComponent(mobileNumber)}`)).body).toMatchObject(
        { cards: [known] },
      );
    await until(found, { what: 'the replica of the customer', timeoutMs: 5_000 });
  });

  it('issues one of several cards requested concurrently, and another one once it is blocked', async () => {
    const { customerId } = await bank.register();
    const responses = await Promise.all(
      Array.from({ length: 10 }, () => cards.post('/cards', { customerId })),
    );
    expect(tally(responses)).toEqual({ '201': 1, '409 credit-card-exists': 9 });
    const cardNumber = String(responses.find(({ status }) => status === 201)?.body['cardNumber']);
    expect(await ask(`/cards/${cardNumber}/block`)).toBe('200');
    expect(await ask('/cards', { customerId })).toBe('201');
  });

  it('returns the same number to a repeat of the request', async () => {
    const { customerId } = await bank.register();
    const key = randomUUID();
    const first = await cards.post('/cards', { customerId }, key);
    const again = await cards.post('/cards', { customerId }, key);
    expect({ status: again.status, body: again.body }).toEqual({ status: 201, body: first.body });
  });

  it('accepts concurrent charges up to the limit', async () => {
    const { path } = await issue(1_000);
    const responses = await Promise.all(
      Array.from({ length: 15 }, () => cards.post(`${path}/charges`, { amountCents: 100 })),
    );
    expect(tally(responses)).toEqual({ '201': 10, '422 insufficient-credit': 5 });
    expect(await credit(path)).toEqual({ limitCents: 1_000, usedCents: 1_000, availableCents: 0 });
  });

  it('accepts payments up to the debt, even on a blocked card', async () => {
    const { path } = await issue();
    await ask(`${path}/charges`, { amountCents: 300 });
    expect(await ask(`${path}/block`)).toBe('200');
    expect(await ask(`${path}/charges`, { amountCents: 1 })).toBe('409 card-blocked');
    expect(await ask(`${path}/payments`, { amountCents: 301 })).toBe('422 payment-exceeds-debt');
    const paid = await cards.post(`${path}/payments`, { amountCents: 300, paymentId: 'p1' });
    expect({ status: paid.status, body: paid.body }).toEqual({
      status: 201,
      body: { paymentId: 'p1', limitCents: 1_000, usedCents: 0, availableCents: 1_000 },
    });
    expect(await ask(`${path}/payments`, { amountCents: 300, paymentId: 'p1' })).toBe('201');
    expect(await credit(path)).toMatchObject({ usedCents: 0 });
  });

  it('cancels a charge once, and rejects it when it arrives later', async () => {
    const { path } = await issue();
    await ask(`${path}/charges`, { amountCents: 300, chargeId: 'x1', orderId: 'o1' });
    for (let times = 0; times < 3; times += 1)
      expect(await ask(`${path}/charges/x1/cancellation`)).toBe('200');
    expect(await ask(`${path}/charges/x2/cancellation`)).toBe('200');
    expect(await ask(`${path}/charges`, { amountCents: 1, chargeId: 'x2' })).toBe('409 charge-cancelled');
    expect(await credit(path)).toEqual({ limitCents: 1_000, usedCents: 0, availableCents: 1_000 });
  });

  it('restores the credit of a charge that the state has evicted', async () => {
    const { path } = await issue(1_000);
    await ask(`${path}/charges`, { amountCents: 500, chargeId: 'old' });
    for (let batch = 0; batch < 30; batch += 1)
      await Promise.all(Array.from({ length: 10 }, () => ask(`${path}/charges`, { amountCents: 1 })));
    expect(await credit(path)).toMatchObject({ usedCents: 800 });
    await ask(`${path}/charges/old/cancellation`);
    await ask(`${path}/charges/old/cancellation`);
    expect(await credit(path)).toMatchObject({ usedCents: 300 });
  });

  it('rejects a charge with a different owner or currency', async () => {
    const { path } = await issue();
    const charge = { amountCents: 1 };
    expect(await ask(`${path}/charges`, { ...charge, customerId: 'bob' })).toBe('404 card-not-found');
    expect(await ask(`${path}/charges`, { ...charge, currency: 'USD' })).toBe('422 currency-mismatch');
  });

  it('rejects unknown customers and products', async () => {
    expect(await ask('/cards', { customerId: 'unknown' })).toBe('404 customer-not-found');
    expect(await ask('/cards/400000000006/charges', { amountCents: 1 })).toBe('404 card-not-found');
    expect((await cards.get('/cards/400000000006')).status).toBe(404);
  });

  it.each([
    ['a limit of 0', '/cards', { customerId: 'ada', limitCents: 0 }, '/limitCents'],
    ['an amount of 0', '/cards/400000000006/charges', { amountCents: 0 }, '/amountCents'],
    ['an unknown field', '/cards/400000000006/payments', { amountCents: 1, tip: 1 }, '/tip'],
    ['a short number', '/cards/4/charges', { amountCents: 1 }, '/cardNumber'],
  ])('rejects %s, and names the field', async (...[, path, body, pointer]) => {
    const response = await cards.post(path, body);
    expect(outcomeOf(response)).toBe('400 invalid-request');
    expect(response.body['errors']).toMatchObject([{ pointer }]);
  });

  it('publishes its public events in the order of the commits', async () => {
    const { path, cardNumber } = await issue();
    await ask(`${path}/charges`, { amountCents: 300, chargeId: 'x1', orderId: 'o1' });
    await ask(`${path}/payments`, { amountCents: 100 });
    await ask(`${path}/charges/x1/cancellation`);
    await ask(`${path}/charges/x2/cancellation`);
    await ask(`${path}/block`);
    const events = await publishedAbout(cards, `card-${cardNumber}`);
    expect(events.map(({ type }) => type)).toEqual([
      'cards.card-issued.v1',
      'cards.card-charged.v1',
      'cards.card-paid.v1',
      'cards.charge-cancelled.v1',
      'cards.card-blocked.v1',
    ]);
  });
});
