import { kill, restart, without } from './control';
import { devToken, gatewayUrl, shop, signInAs, truth, type Buyer } from './shop';

// One replica of everything, so that for a moment nobody is there to answer: whoever asks the gateway does not see it.
describe('while money is paid in', () => {
  const CALLERS = 4;
  /** So long the gateway asks again. Of who is away for longer, as on a busy machine, it tells that nobody answers. */
  const PATIENCE_MS = 3_000;
  let buyer: Buyer;
  let authorization: string;

  beforeAll(async () => {
    const teller = await signInAs({ role: 'teller' });
    buyer = await shop(teller).buyer(0);
    authorization = `Bearer ${await devToken({ role: 'teller' })}`;
    await teller.close();
  });

  /** Pays one cent in, once: whoever calls tries nothing again. */
  const payIn = async (key: string): Promise<string> => {
    const answer = await fetch(`${gatewayUrl()}/api/accounts/${buyer.accountNumber}/deposits`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ amountCents: 1 }),
    });
    if (answer.status === 201) return 'done';
    const { type } = (await answer.json()) as Readonly<{ type: string }>;
    return `${answer.status} ${type}`;
  };

  it.each([
    ['accounts are started anew', () => restart('accounts')],
    ['accounts are killed', () => kill('accounts')],
    ['the sidecar of accounts is killed', () => kill('accounts-dapr')],
    ['the sidecar of the gateway is killed', () => kill('gateway-dapr')],
  ])('%s, and no payment is lost or answered with a failure', async (what, disturb) => {
    const operator = await signInAs({ role: 'operator' });
    const before = Number(await truth(operator).balance(buyer));
    let over = false;
    const [paid, failed] = [new Set<string>(), new Map<string, string>()];
    let slowestMs = 0;
    const caller = async (name: number): Promise<void> => {
      for (let number = 0; !over; number += 1) {
        const startedAt = performance.now();
        const key = `${what.replaceAll(' ', '-')}/${name}/${number}`;
        const outcome = await payIn(key);
        slowestMs = Math.max(slowestMs, performance.now() - startedAt);
        if (outcome === 'done') paid.add(key);
        else failed.set(key, outcome);
      }
    };
    const callers = Array.from({ length: CALLERS }, (_, name) => caller(name));
    const startedAt = performance.now();
    await disturb();
    const tookMs = performance.now() - startedAt;
    over = true;
    await Promise.all(callers);
    console.info(
      `${what}: back after ${tookMs.toFixed()} ms, slowest answer ${slowestMs.toFixed()} ms, ${paid.size} done, ${failed.size} failed`,
    );
    const excused = tookMs > PATIENCE_MS ? ['503 /problems/unavailable'] : [];
    expect([...failed.values()].filter((outcome) => !excused.includes(outcome))).toEqual([]);
    for (const key of failed.keys()) expect(await payIn(key)).toBe('done'); // Once, whether or not it had been.
    expect(Number(await truth(operator).balance(buyer)) - before).toBe(paid.size + failed.size);
    await operator.close();
  });
});

describe('the gateway, when it is started anew', () => {
  it('answers what is under way, ends live events in order, and tells callers to leave', async () => {
    const teller = await signInAs({ role: 'teller' });
    const { customerId, accountNumber } = await shop(teller).buyer(0);
    const headers = { authorization: `Bearer ${await devToken({ role: 'teller' })}` };
    const live = await fetch(`${gatewayUrl()}/api/events`, { headers });
    const events = live.text();
    const answer = await without('accounts', async () => {
      // A view waits to the end of its time for an owner that does not tell what it has.
      const waiting = fetch(`${gatewayUrl()}/api/customers/${customerId}/statement`, {
        headers: { ...headers, 'consistency-token': `accounts/account-${accountNumber}@1` },
      });
      await fetch(`${gatewayUrl()}/healthz`); // Asked after it: by now the other one has arrived.
      await restart('gateway');
      return waiting;
    });
    expect([answer.status, answer.headers.get('connection')]).toEqual([503, 'close']);
    expect(await answer.json()).toMatchObject({ type: '/problems/view-behind' });
    expect(await events).toMatch(/^retry: /); // Rejected if it had been cut off.
    await teller.close();
  });
});
