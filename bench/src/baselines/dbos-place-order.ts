import { pathOf, type Invoke } from '@bankside/dapr';
import type { PayWith } from '@bankside/contracts';
import type { PlacedOrder } from '@bankside/contracts/sagas';
import { placeOrderActivities as requests } from '@bankside/place-order';
import type { ServiceRequest } from '@bankside/saga';
import { sagaCommandId } from '@bankside/std';
import { DBOS, type StepConfig } from '@dbos-inc/dbos-sdk';

export type PaidOrder = PlacedOrder & Readonly<{ payWith: PayWith }>;
export type PlaceOrderResult = Readonly<{ status: 'confirmed' } | { status: 'rejected'; reason: string }>;

const TIMEOUT_MS = 3_000;

/** A rule of a service said no. After a recovery DBOS restores the name of an error, but not its class. */
class Rejected extends Error {
  override readonly name = 'Rejected';
}
const isRejected = (error: unknown): error is Error => error instanceof Error && error.name === 'Rejected';

const RETRY = {
  retriesAllowed: true,
  intervalSeconds: 0.05,
  backoffRate: 2,
  shouldRetry: (error: unknown) => !isRejected(error),
} satisfies StepConfig;
/** Some two minutes, like the steps of the saga that can be compensated. */
const COMPENSATABLE: StepConfig = { ...RETRY, maxAttempts: 12 };
/** Compensations, the pivot and what follows it. DBOS knows no unbounded retries; these would take years. */
const UNTIL_DONE: StepConfig = { ...RETRY, maxAttempts: 40 };

const REJECTIONS: ReadonlySet<number> = new Set([403, 404, 409, 422]);

const problemOf = (body: unknown): string =>
  /^\/problems\/(.+)$/.exec(String((body as { type?: unknown } | undefined)?.type))?.[1] ?? '';

/** Sends the request of a step with the idempotency key that the saga gives it. */
const serviceCaller =
  (invoke: Invoke) =>
  async (orderId: string, step: string, request: ServiceRequest): Promise<void> => {
    const { service, path, body = {}, ignoreRejections = [] } = request;
    const commandId = sagaCommandId(orderId, step);
    const response = await invoke(service, 'POST', pathOf(...path), {
      body,
      headers: { 'idempotency-key': commandId, 'causation-id': commandId, 'x-actor': 'saga:placeOrder' },
      timeoutMs: TIMEOUT_MS,
    });
    const problem = problemOf(response.body);
    if (response.status < 300 || ignoreRejections.includes(problem)) return;
    if (REJECTIONS.has(response.status)) throw new Rejected(problem);
    throw new Error(`${service}: POST /${path.join('/')} responded ${response.status} ${problem}`);
  };

type Step = readonly [name: string, request: ServiceRequest];

const withdrawOrCharge = ({
  orderId,
  customerId,
  totalCents: amountCents,
  currency,
  payWith,
}: PaidOrder): Readonly<{ step: Step; compensation: Step }> => {
  const money = { orderId, customerId, amountCents, currency };
  return 'account' in payWith
    ? {
        step: ['withdraw', requests.withdrawMoney({ ...money, ...payWith })],
        compensation: ['cancel-withdrawal', requests.cancelWithdrawal({ orderId, ...payWith })],
      }
    : {
        step: ['charge', requests.chargeCard({ ...money, ...payWith })],
        compensation: ['cancel-charge', requests.cancelCharge({ orderId, ...payWith })],
      };
};

/**
 * place-order of an order that is paid, written as DBOS documents it: a function whose steps are checkpointed, and which
 * compensates in `catch`. It makes the requests of the saga, with their idempotency keys, in the same order. It has no time
 * limit, no cancellation and no decisions of operators.
 */
export const dbosPlaceOrder = (invoke: Invoke) => {
  const call = serviceCaller(invoke);

  return async (order: PaidOrder): Promise<PlaceOrderResult> => {
    const { orderId, lines, customerId, totalCents: amountCents, currency, payWith } = order;
    const run = ([name, request]: Step, retry: StepConfig): Promise<void> =>
      DBOS.runStep(() => call(orderId, name, request), { ...retry, name });
    const compensations: Step[] = [];
    /** Before the step runs, because it may take effect without a response. */
    const compensateWith = (compensation: Step): void => void compensations.unshift(compensation);
    try {
      await run(['verify', requests.verifyOrder(order)], COMPENSATABLE);
      for (const { sku, quantity } of lines) {
        compensateWith([`release/${sku}`, requests.releaseStock({ orderId, sku })]);
        await run([`reserve/${sku}`, requests.reserveStock({ orderId, sku, quantity })], COMPENSATABLE);
      }
      compensateWith(['void', requests.voidPayment({ orderId })]);
      const payment = { orderId, customerId, amountCents, currency, payWith };
      await run(['authorize', requests.authorizePayment(payment)], COMPENSATABLE);
      const { step, compensation } = withdrawOrCharge(order);
      compensateWith(compensation);
      await run(step, COMPENSATABLE);
      await run(['capture', requests.capturePayment({ orderId })], UNTIL_DONE);
    } catch (error) {
      const reason = isRejected(error) ? error.message : 'unavailable';
      for (const compensation of compensations) await run(compensation, UNTIL_DONE);
      await run(['reject', requests.rejectOrder({ orderId, reason })], UNTIL_DONE);
      return { status: 'rejected', reason };
    }
    for (const { sku } of lines)
      await run([`commit/${sku}`, requests.commitStock({ orderId, sku })], UNTIL_DONE);
    await run(['confirm', requests.confirmOrder({ orderId })], UNTIL_DONE);
    return { status: 'confirmed' };
  };
};
