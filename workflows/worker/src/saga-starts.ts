import { contracts, type ContractEvent, type EventEnvelope } from '@bankside/contracts';
import {
  payOutLoanSaga,
  placeOrderSaga,
  returnOrderSaga,
  transferMoneySaga,
  type SagaContract,
} from '@bankside/contracts/sagas';
import { Outage } from '@bankside/dapr';
import {
  handlerOf,
  Poison,
  postgresConsumer,
  type PostgresConsumer,
  type PostgresConsumerOptions,
} from '@bankside/feed';
import { sagaStart } from '@bankside/saga/client';
import { causedBy, forEachConcurrently, type CausalContext } from '@bankside/std';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type * as z from 'zod';

/** More concurrent starts do not increase the starts per second of a Temporal server. */
const CONCURRENT_STARTS = 50;
const TIMEOUT_MS = 5_000;

type EventType = ContractEvent['type'];
type DataOf<Type extends EventType> = Extract<ContractEvent, Readonly<{ type: Type }>>['data'];
type Start = ReturnType<typeof sagaStart> & Readonly<{ workflowType: string }>;
type StartBy = (causalContext: CausalContext) => Start;

const start =
  <Input>(contract: SagaContract<Input>, input: Input): StartBy =>
  (causalContext) => ({
    ...(sagaStart(contract, input, { causalContext }) as ReturnType<typeof sagaStart>),
    workflowType: contract.workflowType,
  });

/** The sagas that events start, by the owner of the event. */
const STARTS: Readonly<
  Record<
    'orders' | 'accounts' | 'loans',
    { [Type in EventType]?: (data: DataOf<Type>) => StartBy | undefined }
  >
> = {
  orders: {
    'orders.order-placed.v1': (order) => start(placeOrderSaga, order),
    'orders.return-accepted.v1': (accepted) => start(returnOrderSaga, accepted),
  },
  accounts: {
    'accounts.transfer-requested.v1': ({ recipientId: _recipient, ...transfer }) =>
      start(transferMoneySaga, transfer),
  },
  loans: {
    'loans.loan-granted.v1': ({ loanNumber, customerId, payOutTo, currency, totalCents: amountCents }) =>
      payOutTo === undefined
        ? undefined
        : start(payOutLoanSaga, {
            payoutId: `loan-${loanNumber}`,
            loanNumber,
            customerId,
            payOutTo,
            amountCents,
            currency,
          }),
  },
};
type StartSource = keyof typeof STARTS;
export const startSources = Object.keys(STARTS) as readonly StartSource[];

/** The saga that an event starts, if any. @throws Poison when the event does not satisfy its contract */
const startOf = (source: StartSource, event: EventEnvelope): Start | undefined => {
  const { id, type, data } = event;
  const of = (STARTS[source] as Readonly<Record<string, (data: never) => StartBy | undefined>>)[type]!;
  const schema = (contracts[source] as Readonly<Record<string, z.ZodType>>)[type]!;
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new Poison(`${id} is no valid ${type}: ${parsed.error.message}`);
  return of(parsed.data as never)?.(causedBy(event));
};

/** Starts a saga, unless it was started before. @throws Outage if the server did not accept the start */
const startSaga = async ({ connection, workflow }: Client, saga: Start): Promise<void> => {
  const { workflowType, ...options } = saga;
  try {
    await connection.withDeadline(Date.now() + TIMEOUT_MS, () =>
      workflow.start(workflowType, { ...options, requestEagerStart: true }),
    );
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return;
    throw new Outage(`Temporal did not start the saga ${workflowType} ${saga.workflowId}: ${String(error)}`, {
      cause: error,
    });
  }
};

type SagaStartsOptions = Pick<PostgresConsumerOptions, 'pool' | 'pull' | 'onError' | 'test'> &
  Readonly<{
    source: StartSource;
    /** Undefined until the worker is connected to Temporal. */
    client: () => Client | undefined;
  }>;

/** Consumes the feed of a service and starts the sagas of its events, even if the worker or Temporal was down meanwhile. */
export const sagaStarts = ({ client, source, ...options }: SagaStartsOptions): PostgresConsumer =>
  postgresConsumer({
    ...options,
    name: 'worker',
    source,
    // The transaction that advances the checkpoint stays open until the last saga has started.
    handle: handlerOf(Object.keys(STARTS[source]), async (_transaction, events) => {
      const temporal = client();
      if (temporal === undefined) throw new Outage('Not connected to Temporal yet');
      const sagas = events.flatMap((event) => startOf(source, event) ?? []);
      await forEachConcurrently(sagas, CONCURRENT_STARTS, (saga) => startSaga(temporal, saga));
    }),
    now: () => new Date(),
  });
