import { ordersEvents, type EventEnvelope } from '@bankside/contracts';
import { Poison } from '@bankside/feed';
import { PLACE_ORDER, placeOrderStart, type PlacedOrder } from '@bankside/place-order';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';

/** Starts under way at once; the server takes no more in a second when there are more. */
const STARTS_AT_ONCE = 50;
const TIMEOUT_MS = 5_000;

const ORDER_PLACED = 'orders.order-placed.v1';

const orderOf = (event: EventEnvelope): PlacedOrder => {
  const parsed = ordersEvents[ORDER_PLACED].safeParse(event.data);
  if (!parsed.success) throw new Poison(`${event.id} is not an order: ${parsed.error.message}`);
  return parsed.data;
};

/**
 * Starts the saga of each placed order. Resolves when the server has every one of them, so that the position may
 * advance; an order whose saga was started before, whatever became of it, is a duplicate.
 */
export const startSagas = ({ connection, workflow }: Client) => {
  const start = (order: PlacedOrder): Promise<unknown> =>
    connection
      .withDeadline(Date.now() + TIMEOUT_MS, () =>
        workflow.start(PLACE_ORDER, { ...placeOrderStart(order), requestEagerStart: true }),
      )
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      });

  return async (events: readonly EventEnvelope[]): Promise<void> => {
    const orders = events.filter(({ type }) => type === ORDER_PLACED).map(orderOf);
    const waiting = orders.values();
    const lane = async () => {
      for (const order of waiting) await start(order);
    };
    await Promise.all(Array.from({ length: Math.min(STARTS_AT_ONCE, orders.length) }, lane));
  };
};
