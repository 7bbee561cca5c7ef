import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { signIn, type ApiClient } from '@bankside/client';

const CALLERS = 4;
const PAUSE_MS = 50;
const TOLD_FAILURES = 20;

export type Failure = Readonly<{ at: string; what: string }>;
export type Observed = Readonly<{ requests: number; failures: readonly Failure[]; slowestMs: number }>;

const shopper = async (teller: ApiClient): Promise<string> => {
  const person = {
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    mobileNumber: String(Date.now()).slice(-10),
  };
  const { body } = await teller.post('/api/customers', randomUUID(), person);
  const opened = await teller.post(`/api/customers/${String(body['customerId'])}/accounts`, randomUUID());
  return String(opened.body['accountNumber']);
};

/**
 * Reads and writes all the time, sends nothing twice, and counts what is not answered as it should be: what somebody
 * without retries sees of a rollout.
 */
export const startLoad = async (gatewayUrl: string) => {
  const teller = await signIn({ role: 'teller' }, { gatewayUrl });
  const account = await shopper(teller);
  const strict = await signIn({ role: 'teller' }, { gatewayUrl, patienceMs: 0 });
  const failures: Failure[] = [];
  let running = true;
  let requests = 0;
  let slowestMs = 0;

  const once = async (turn: number): Promise<void> => {
    const startedAt = performance.now();
    try {
      const { status } =
        turn % 2 === 0
          ? await strict.post(`/api/accounts/${account}/deposits`, randomUUID(), { amountCents: 1 })
          : await strict.get('/api/products');
      if (status >= 400) throw new Error(`status ${status}`);
    } catch (error) {
      failures.push({ at: new Date().toISOString(), what: (error as Error).message });
    }
    requests += 1;
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
  };

  const caller = async (): Promise<void> => {
    for (let turn = 0; running; turn += 1) {
      await once(turn);
      await sleep(PAUSE_MS);
    }
  };
  const callers = Promise.all(Array.from({ length: CALLERS }, caller));

  return {
    end: async (): Promise<Observed> => {
      running = false;
      await callers;
      await Promise.all([strict.close(), teller.close()]);
      return { requests, failures: failures.slice(0, TOLD_FAILURES), slowestMs: Math.round(slowestMs) };
    },
  };
};
