import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from './client';

export type EndedOrder = Readonly<{ state: 'confirmed' | 'rejected' | 'cancelled'; reason?: string }>;

const POLL_FIRST_MS = 20;
const POLL_LONGEST_MS = 250;
const PATIENCE_MS = 120_000;

/** Waits until the view shows the end of an order. @throws Error after two minutes: a saga that hangs must be seen */
export const orderEnded = async (
  api: ApiClient,
  orderId: string,
  token: string | undefined,
): Promise<EndedOrder> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (
    let pollMs = POLL_FIRST_MS;
    performance.now() < deadline;
    pollMs = Math.min(pollMs * 1.3, POLL_LONGEST_MS)
  ) {
    const { status, body } = await api.get(`/api/orders/${orderId}`, token === undefined ? {} : { token });
    if (status === 200 && body['state'] !== 'placed') return body as unknown as EndedOrder;
    if (status !== 200 && status !== 404)
      throw new Error(`GET order ${orderId}: ${status} ${JSON.stringify(body)}`);
    await wait(pollMs);
  }
  throw new Error(`Order ${orderId} did not end.`);
};
