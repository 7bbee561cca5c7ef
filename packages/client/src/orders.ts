import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from './client';

/** How an order ended; what was returned later does not change it. */
export type OrderOutcome = Readonly<{ state: 'confirmed' | 'rejected' | 'cancelled'; reason?: string }>;

/** States of an order that has not ended. */
const UNDER_WAY: readonly unknown[] = ['placed', 'held'];

/** States that follow the confirmation. */
const RETURNED: readonly unknown[] = ['partly-returned', 'returned'];

const FIRST_POLL_MS = 20;
const MAX_POLL_MS = 250;
const TIMEOUT_MS = 120_000;

/** Polls a resource until `found` returns something. @throws Error after two minutes */
const waitUntil = async <T>(
  api: ApiClient,
  path: string,
  token: string | undefined,
  found: (resource: Readonly<Record<string, unknown>>) => T | undefined,
): Promise<T> => {
  const deadline = performance.now() + TIMEOUT_MS;
  for (
    let pollMs = FIRST_POLL_MS;
    performance.now() < deadline;
    pollMs = Math.min(pollMs * 1.3, MAX_POLL_MS)
  ) {
    const { status, body } = await api.get(path, token === undefined ? {} : { token });
    const result = status === 200 ? found(body) : undefined;
    if (result !== undefined) return result;
    if (status !== 200 && status !== 404) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    await wait(pollMs);
  }
  throw new Error(`${path} is not as expected within ${TIMEOUT_MS} ms.`);
};

/** Polls the view until the order has ended. @throws Error after two minutes */
export const waitForOrder = (
  api: ApiClient,
  orderId: string,
  token: string | undefined,
): Promise<OrderOutcome> =>
  waitUntil(api, `/api/orders/${orderId}`, token, (order) => {
    if (UNDER_WAY.includes(order['state'])) return undefined;
    return RETURNED.includes(order['state']) ? { state: 'confirmed' } : (order as unknown as OrderOutcome);
  });

type Return = Readonly<{ returnId: string; state: 'accepted' | 'completed' | 'rejected' }>;

/** Polls the view until a return has ended. @throws Error after two minutes */
export const waitForReturn = (
  api: ApiClient,
  orderId: string,
  returnId: string,
  token: string | undefined,
): Promise<Return> =>
  waitUntil(api, `/api/orders/${orderId}`, token, ({ returns }) =>
    (returns as readonly Return[]).find((one) => one.returnId === returnId && one.state !== 'accepted'),
  );

/** Polls until the account has the money of a loan. @throws Error when the loan is cancelled, or after two minutes */
export const waitForPayout = (api: ApiClient, loanNumber: string): Promise<true> =>
  waitUntil(api, `/api/loans/${loanNumber}`, undefined, ({ status, reason }) => {
    if (status === 'cancelled') throw new Error(`Loan ${loanNumber} is cancelled: ${String(reason)}.`);
    return status === 'granted' ? undefined : true;
  });
