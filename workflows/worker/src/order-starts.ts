import { ordersEvents, type EventEnvelope } from '@bankside/contracts';
import { placeOrderSaga, type PlacedOrder } from '@bankside/contracts/sagas';
import { Outage } from '@bankside/dapr';
import {
  causedBy,
  Poison,
  postgresConsumer,
  type PostgresConsumer,
  type PostgresConsumerOptions,
} from '@bankside/feed';
import { sagaStart } from '@bankside/saga/client';
import { forEachConcurrently } from '@bankside/std';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';

const ORDER_PLACED = 'orders.order-placed.v1';
/** More concurrent starts do not increase the starts per second of a Temporal server. */
const CONCURRENT_STARTS = 50;
const TIMEOUT_MS = 5_000;

/** @throws Poison when the event does not satisfy its contract */
const placedOrderOf = (event: EventEnvelope): PlacedOrder => {
  const parsed = ordersEvents[ORDER_PLACED].safeParse(event.data);
  if (!parsed.success) throw new Poison(`${event.id} is not a placed order: ${parsed.error.message}`);
  return parsed.data;
};

/** Starts the saga of a placed order, unless it was started before. @throws Outage if the server did not accept the start */
const startSaga = async ({ connection, workflow }: Client, event: EventEnvelope): Promise<void> => {
  const order = placedOrderOf(event);
  const start = sagaStart(placeOrderSaga, order, { causalContext: causedBy(event) });
  const options = { ...start, requestEagerStart: true };
  try {
    await connection.withDeadline(Date.now() + TIMEOUT_MS, () =>
      workflow.start(placeOrderSaga.workflowType, options),
    );
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return;
    throw new Outage(`Temporal did not start the saga of order ${order.orderId}: ${String(error)}`, {
      cause: error,
    });
  }
};

/** Resolves once the server has the saga of every placed order, so that the checkpoint may advance. */
const startSagas = async (client: Client, events: readonly EventEnvelope[]): Promise<void> => {
  const placed = events.filter(({ type }) => type === ORDER_PLACED);
  await forEachConcurrently(placed, CONCURRENT_STARTS, (event) => startSaga(client, event));
};

export type OrderStartsOptions = Pick<PostgresConsumerOptions, 'pool' | 'pull' | 'onError' | 'test'> &
  Readonly<{
    /** Undefined until the worker is connected to Temporal. */
    client: () => Client | undefined;
  }>;

/** Consumes the feed of orders and starts the saga of each placed order, even if the worker or Temporal was down meanwhile. */
export const orderStarts = ({ client, ...options }: OrderStartsOptions): PostgresConsumer =>
  postgresConsumer({
    ...options,
    name: 'worker',
    source: 'orders',
    // The transaction that advances the checkpoint stays open until the last saga has started.
    handle: async (_transaction, events) => {
      const temporal = client();
      if (temporal === undefined) throw new Outage('Not connected to Temporal yet');
      await startSagas(temporal, events);
    },
    now: () => new Date(),
  });
