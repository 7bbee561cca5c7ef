import type { ApiClient } from '@bankside/client';
import type { Summary } from '@bankside/contracts/http';
import { composer, circuitBreakers, sectionCache, publicSources, systemClock } from '@bankside/composition';
import { until } from '@bankside/tools';
import { devToken, gatewayUrl, shop, signInAs, type Buyer } from './shop';

const SECTIONS = ['person', 'accounts', 'cards', 'loans', 'orders'] as const;

describe('the summary of a customer', () => {
  let api: ApiClient;
  let buyer: Buyer;
  let orderId: string;

  beforeAll(async () => {
    api = await signInAs({ role: 'teller' });
    buyer = await shop(api).buyer(10_000);
    ({ orderId } = await shop(api).order(buyer, await shop(api).product(100, 10), 1));
  });
  afterAll(() => api.close());

  const dataOf = (summary: Omit<Summary, 'via'>) =>
    Object.fromEntries(SECTIONS.map((name) => [name, summary[name].data]));
  const expected = () => ({
    person: { customerId: buyer.customerId, status: 'active', mobileNumber: buyer.mobileNumber },
    accounts: [{ accountNumber: buyer.accountNumber, balanceCents: 9_900, status: 'open' }],
    cards: [],
    loans: [],
    orders: [{ orderId, state: 'confirmed', totalCents: 100 }],
  });

  /** Retries once, because a section may time out on a busy machine. */
  const expectSoon = (look: () => Promise<void>): Promise<void> =>
    until(look, { what: 'A summary with all its sections', timeoutMs: 60_000 });

  const expectSummary = (summary: Omit<Summary, 'via'>): void => {
    expect(SECTIONS.map((name) => [name, summary[name].status])).toEqual(
      SECTIONS.map((name) => [name, 'ok']),
    );
    for (const name of SECTIONS) expect(summary[name].tookMs).toBeLessThanOrEqual(summary.tookMs);
    expect(dataOf(summary)).toMatchObject(expected());
  };

  it.each(['view', 'gateway', 'composer'] as const)(
    'is the same via the %s, by id and by number',
    async (via) => {
      for (const path of [
        `/api/customers/${buyer.customerId}/summary?via=${via}`,
        `/api/summary?mobileNumber=${encodeURIComponent(buyer.mobileNumber)}&via=${via}`,
      ]) {
        await expectSoon(async () => {
          const { status, body } = await api.get(path);
          expect([path, status, body['via']]).toEqual([path, 200, via]);
          expectSummary(body as unknown as Summary);
        });
      }
    },
  );

  it('is the same when a client composes it with its own token', async () => {
    const token = await devToken({ role: 'customer', customerId: buyer.customerId });
    const compose = composer(
      publicSources(async (path, timeoutMs) => {
        const response = await fetch(`${gatewayUrl()}${path}`, {
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(timeoutMs),
        });
        return { status: response.status, body: await response.json() };
      }),
      { clock: systemClock, cache: sectionCache(100, 60_000), breakers: circuitBreakers() },
    );
    await expectSoon(async () => expectSummary(await compose({ customerId: buyer.customerId })));
  });

  it.each(['view', 'gateway', 'composer'] as const)(
    'of an unknown customer is not found via the %s',
    async (via) => {
      expect((await api.get(`/api/customers/nobody/summary?via=${via}`)).status).toBe(404);
      expect((await api.get(`/api/summary?mobileNumber=%2B10000000000&via=${via}`)).status).toBe(404);
    },
  );
});
