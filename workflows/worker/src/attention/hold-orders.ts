import { pathOf, type Invoke } from '@bankside/dapr';
import { sagaCommandId } from '@bankside/std';
import type { AttentionRegister } from './register';

const TIMEOUT_MS = 2_000;

/** Reports to the owner of orders which of them wait for a person, so that customers read that instead of a promise. */
export const holdOrders = async (register: AttentionRegister, invoke: Invoke): Promise<void> => {
  for (const { attentionId, orderId } of await register.notHeld()) {
    const { status } = await invoke('orders', 'POST', pathOf('orders', orderId, 'hold'), {
      body: {},
      headers: { 'idempotency-key': sagaCommandId(orderId, `hold/${attentionId}`), 'x-actor': 'worker' },
      timeoutMs: TIMEOUT_MS,
    });
    // Refused where no such order is under way: then there is nothing to hold.
    if (status < 500) await register.held(attentionId);
  }
};
