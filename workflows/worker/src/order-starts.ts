import type { EventEnvelope, OrdersEvent } from '@bankside/contracts';
import { placeOrderSaga, returnOrderSaga, type SagaContract } from '@bankside/contracts/sagas';
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

/** More concurrent starts do not increase the starts per second of a Temporal server. */
const CONCURRENT_STARTS = 50;
const TIMEOUT_MS = 5_000;

/** The start of a saga with the data of an event. @throws Poison when they do not satisfy the contract */
const startWith =
  <Input>(saga: SagaContract<Input>) =>
  (event: EventEnvelope) => {
    const parsed = saga.input.safeParse(event.data);
    if (!parsed.success) throw new Poison(`${event.id} starts no ${saga.name}: ${parsed.error.message}`);
    const start = sagaStart(saga, parsed.data, { causalContext: causedBy(event) });
    return { workflowType: saga.workflowType, options: { ...start, requestEagerStart: true } };
  };
type Start = ReturnType<ReturnType<typeof startWith>>;

/** The events of orders that start sagas. */
const STARTS: Readonly<Record<string, (event: EventEnvelope) => Start>> = {
  'orders.order-placed.v1': startWith(placeOrderSaga),
  'orders.return-accepted.v1': startWith(returnOrderSaga),
} satisfies { [Type in OrdersEvent['type']]?: unknown };

/** Starts a saga, unless it was started before. @throws Outage if the server did not accept the start */
const startSaga = async (
  { connection, workflow }: Client,
  { workflowType, options }: Start,
): Promise<void> => {
  try {
    await connection.withDeadline(Date.now() + TIMEOUT_MS, () => workflow.start(workflowType, options));
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return;
    throw new Outage(`Temporal did not start ${workflowType} ${options.workflowId}: ${String(error)}`, {
      cause: error,
    });
  }
};

/** Resolves once the server has the saga of every event that starts one, so that the checkpoint may advance. */
const startSagas = async (client: Client, events: readonly EventEnvelope[]): Promise<void> => {
  const starts = events.flatMap((event) => STARTS[event.type]?.(event) ?? []);
  await forEachConcurrently(starts, CONCURRENT_STARTS, (start) => startSaga(client, start));
};

export type OrderStartsOptions = Pick<PostgresConsumerOptions, 'pool' | 'pull' | 'onError' | 'test'> &
  Readonly<{
    /** Undefined until the worker is connected to Temporal. */
    client: () => Client | undefined;
  }>;

/** Consumes the feed of orders and starts the saga of each placed order and accepted return, even if the worker or Temporal was down meanwhile. */
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
