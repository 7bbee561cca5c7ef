import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from './client';

export type OrderOutcome = Readonly<{ state: 'confirmed' | 'rejected' | 'cancelled'; reason?: string }>;

/** States from which an order still goes on. */
const UNDER_WAY: readonly unknown[] = ['placed', 'held'];

const FIRST_POLL_MS = 20;
const MAX_POLL_MS = 250;
const TIMEOUT_MS = 120_000;

/** Polls the view until the order has ended. @throws Error after two minutes */
export const waitForOrder = async (
  api: ApiClient,
  orderId: string,
  token: string | undefined,
): Promise<OrderOutcome> => {
  const deadline = performance.now() + TIMEOUT_MS;
  for (
    let pollMs = FIRST_POLL_MS;
    performance.now() < deadline;
    pollMs = Math.min(pollMs * 1.3, MAX_POLL_MS)
  ) {
    const { status, body } = await api.get(`/api/orders/${orderId}`, token === undefined ? {} : { token });
    if (status === 200 && !UNDER_WAY.includes(body['state'])) return body as unknown as OrderOutcome;
    if (status !== 200 && status !== 404)
      throw new Error(`GET order ${orderId}: ${status} ${JSON.stringify(body)}`);
    await wait(pollMs);
  }
  throw new Error(`Order ${orderId} has not ended within ${TIMEOUT_MS} ms.`);
};
