import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForOrder, signIn, type ApiClient, type ApiReply } from '@bankside/client';
import { PreflightError } from '../../errors';
import { DEPOSIT_CENTS, openAccount, PRICE_CENTS, stockProduct } from '../../first-orders';

const CALLERS = 4;
const PAUSE_MS = 50;
const TOLD_FAILURES = 20;
/** Stock for all orders of one verification. */
const STOCK = 100_000;
const FUNDS_CENTS = STOCK * PRICE_CENTS;

type Shop = Readonly<{ customerId: string; accountNumber: string; sku: string }>;
export type Failure = Readonly<{ at: string; what: string }>;
export type Observed = Readonly<{
  requests: number;
  orders: number;
  failed: number;
  failures: readonly Failure[];
  slowestMs: number;
}>;

const openShop = async (api: ApiClient): Promise<Shop> => {
  const [account, sku] = await Promise.all([openAccount(api), stockProduct(api, STOCK)]);
  const funds = { amountCents: FUNDS_CENTS };
  await api.post(`/api/accounts/${account.accountNumber}/deposits`, randomUUID(), funds);
  return { ...account, sku };
};

/** Accepted changes, which must be there at the end. */
const promises = () => {
  const orders: Array<Readonly<{ orderId: string; token: string | undefined }>> = [];
  let depositedCents = 0;
  return {
    orders,
    deposited: (cents: number): void => void (depositedCents += cents),
    /** @throws PreflightError when an order is not confirmed, or the balance of the account is wrong */
    check: async (api: ApiClient, { accountNumber }: Shop): Promise<void> => {
      for (const { orderId, token } of orders) {
        const { state, reason } = await waitForOrder(api, orderId, token);
        if (state !== 'confirmed') throw new PreflightError(`Order ${orderId} is ${state}: ${reason ?? ''}`);
      }
      const expected = DEPOSIT_CENTS + FUNDS_CENTS + depositedCents - orders.length * PRICE_CENTS;
      const { body } = await api.get(`/api/accounts/${accountNumber}`);
      if (body['balanceCents'] !== expected)
        throw new PreflightError(`The account holds ${String(body['balanceCents'])} cents, not ${expected}.`);
    },
  };
};

/** One call of each kind, in turn. */
const callsOf = (
  api: ApiClient,
  { customerId, accountNumber, sku }: Shop,
  kept: ReturnType<typeof promises>,
): readonly (() => Promise<ApiReply>)[] => {
  const deposit = async (): Promise<ApiReply> => {
    const reply = await api.post(`/api/accounts/${accountNumber}/deposits`, randomUUID(), { amountCents: 1 });
    if (reply.status === 201) kept.deposited(1);
    return reply;
  };
  const order = async (): Promise<ApiReply> => {
    const body = { customerId, lines: [{ sku, quantity: 1 }], payWith: { account: accountNumber } };
    const reply = await api.post('/api/orders', randomUUID(), body);
    if (reply.status === 202)
      kept.orders.push({ orderId: String(reply.body['orderId']), token: reply.token });
    return reply;
  };
  const reads = [
    '/api/products',
    `/api/accounts/${accountNumber}`,
    `/api/customers/${customerId}/summary?via=view`,
    `/api/orders?customerId=${customerId}`,
  ].map((path) => () => api.get(path));
  return [deposit, ...reads, deposit, order];
};

/**
 * Reads and writes continuously without retries, and counts the calls that fail: a rollout as seen by a client that never
 * retries.
 */
export const startLoad = async (gatewayUrl: string) => {
  const patient = await signIn({ role: 'teller' }, { gatewayUrl });
  const shop = await openShop(patient);
  const strict = await signIn({ role: 'teller' }, { gatewayUrl, retryForMs: 0 });
  const kept = promises();
  const calls = callsOf(strict, shop, kept);
  const failures: Failure[] = [];
  const count = { requests: 0, failed: 0, slowestMs: 0 };
  let running = true;

  const once = async (turn: number): Promise<void> => {
    const startedAt = performance.now();
    try {
      const { status, body } = await calls[turn % calls.length]!();
      if (status >= 400) throw new Error(`status ${status} ${JSON.stringify(body)}`);
    } catch (error) {
      count.failed += 1;
      if (failures.length < TOLD_FAILURES)
        failures.push({ at: new Date().toISOString(), what: (error as Error).message });
    }
    count.requests += 1;
    count.slowestMs = Math.max(count.slowestMs, Math.round(performance.now() - startedAt));
  };

  const caller = async (first: number): Promise<void> => {
    for (let turn = first; running; turn += 1) {
      await once(turn);
      await sleep(PAUSE_MS);
    }
  };
  const callers = Promise.all(Array.from({ length: CALLERS }, (_, at) => caller(at)));

  return {
    /** @throws PreflightError when an accepted change is not there */
    end: async (): Promise<Observed> => {
      running = false;
      await callers;
      // A failed call may have taken effect or not.
      if (count.failed === 0) await kept.check(patient, shop);
      await Promise.all([strict.close(), patient.close()]);
      return { ...count, failures, orders: kept.orders.length };
    },
  };
};
