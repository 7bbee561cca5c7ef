import { kill, restart, without } from './control';
import { devToken, gatewayUrl, shop, signInAs, truth, type Buyer } from './shop';

// One replica of each service, so that an owner is unavailable for a moment. Callers of the gateway must not notice.
describe('deposits during a restart', () => {
  const CALLERS = 4;
  /** How long the gateway retries an owner that does not respond, before it returns 503 `unavailable`. */
  const RETRY_FOR_MS = 3_000;
  type Failure = Readonly<{ outcome: string; tookMs: number }>;
  let buyer: Buyer;
  let authorization: string;

  beforeAll(async () => {
    const teller = await signInAs({ role: 'teller' });
    buyer = await shop(teller).buyer(0);
    authorization = `Bearer ${await devToken({ role: 'teller' })}`;
    await teller.close();
  });

  /** Deposits one cent with a single call, without retries. */
  const payIn = async (key: string): Promise<string> => {
    const response = await fetch(`${gatewayUrl()}/api/accounts/${buyer.accountNumber}/deposits`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ amountCents: 1 }),
    });
    if (response.status === 201) return 'done';
    const { type } = (await response.json()) as Readonly<{ type: string }>;
    return `${response.status} ${type}`;
  };

  it.each([
    ['accounts restarts', () => restart('accounts')],
    ['accounts is killed', () => kill('accounts')],
    ['the sidecar of accounts is killed', () => kill('accounts-dapr')],
    ['the sidecar of the gateway is killed', () => kill('gateway-dapr')],
  ])(
    'survive when %s: none is lost, and none fails before the gateway has retried',
    async (what, disturb) => {
      const operator = await signInAs({ role: 'operator' });
      const before = Number(await truth(operator).balance(buyer));
      let over = false;
      const [paid, failed] = [new Set<string>(), new Map<string, Failure>()];
      const caller = async (name: number): Promise<void> => {
        for (let number = 0; !over; number += 1) {
          const startedAt = performance.now();
          const key = `${what.replaceAll(' ', '-')}/${name}/${number}`;
          const outcome = await payIn(key);
          const tookMs = performance.now() - startedAt;
          if (outcome === 'done') paid.add(key);
          else failed.set(key, { outcome, tookMs });
        }
      };
      const callers = Array.from({ length: CALLERS }, (_, name) => caller(name));
      await disturb();
      over = true;
      await Promise.all(callers);
      expect(paid.size).toBeGreaterThan(0);
      const wrong = [...failed.values()].filter(
        ({ outcome, tookMs }) => outcome !== '503 /problems/unavailable' || tookMs < RETRY_FOR_MS,
      );
      expect(wrong).toEqual([]);
      for (const key of failed.keys()) expect(await payIn(key)).toBe('done'); // A repeat deposits once, whatever became of the first call.
      expect(Number(await truth(operator).balance(buyer)) - before).toBe(paid.size + failed.size);
      await operator.close();
    },
  );
});

describe('a gateway that restarts', () => {
  it('completes open requests, ends live event streams cleanly, and closes its connections', async () => {
    const teller = await signInAs({ role: 'teller' });
    const { customerId, accountNumber } = await shop(teller).buyer(0);
    const headers = { authorization: `Bearer ${await devToken({ role: 'teller' })}` };
    const live = await fetch(`${gatewayUrl()}/api/events`, { headers });
    const events = live.text();
    const response = await without('accounts', async () => {
      // A query with a token waits for its full timeout while the owner is paused.
      const waiting = fetch(`${gatewayUrl()}/api/customers/${customerId}/statement`, {
        headers: { ...headers, 'consistency-token': `accounts/account-${accountNumber}@1` },
      });
      await fetch(`${gatewayUrl()}/healthz`); // Sent later, so the query above has arrived once this returns.
      await restart('gateway');
      return waiting;
    });
    expect([response.status, response.headers.get('connection')]).toEqual([503, 'close']);
    expect(await response.json()).toMatchObject({ type: '/problems/view-behind' });
    expect(await events).toMatch(/^retry: /); // Would reject if the stream had been cut off.
    await teller.close();
  });
});
