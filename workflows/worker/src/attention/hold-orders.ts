import { pathOf, type Invoke } from '@bankside/dapr';
import { causalHeaders, sagaCommandId } from '@bankside/std';
import type { AttentionRegister } from './register';

const TIMEOUT_MS = 2_000;

/** Reports to the owner of orders which of them wait for a person, so that customers see that their order is held. */
export const holdOrders = async (register: AttentionRegister, invoke: Invoke): Promise<void> => {
  for (const { attentionId, orderId, correlationId } of await register.notHeld()) {
    const commandId = sagaCommandId(orderId, `hold/${attentionId}`);
    const { status } = await invoke('orders', 'POST', pathOf('orders', orderId, 'hold'), {
      body: {},
      headers: {
        'idempotency-key': commandId,
        'x-actor': 'worker',
        ...causalHeaders({ ...(correlationId !== null && { correlationId }), causationId: commandId }),
      },
      timeoutMs: TIMEOUT_MS,
    });
    // Rejected if no such order is under way: then there is nothing to hold.
    if (status < 500) await register.held(attentionId);
  }
};
