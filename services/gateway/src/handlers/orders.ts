import type { orderOperations } from '@bankside/contracts/http';
import { placeOrderSaga, type PlacedOrder } from '@bankside/contracts/sagas';
import { pathOf } from '@bankside/dapr';
import { rejection } from '@bankside/http';
import { operationIdFrom } from '@bankside/std/ids';
import type { Handlers } from '../router';
import type { SagaRuns } from '../saga-runs';
import { ok, type ApiResponse, type Upstream } from '../upstream';
import { withQuery } from '../with-query';

/** An order as its owner returns it. */
type OwnersOrder = PlacedOrder & Readonly<{ status: string; cancellationId?: string }>;

/** The input of the saga, from the order that it is for. */
const placedOrderOf = (order: OwnersOrder): PlacedOrder => {
  const { orderId, customerId, lines, totalCents, currency, payWith, reservationSeconds } = order;
  return {
    orderId,
    customerId,
    lines,
    totalCents,
    currency,
    ...(payWith && { payWith }),
    ...(reservationSeconds !== undefined && { reservationSeconds }),
  };
};

const isUnderWay = (status: string): boolean => status === 'placed' || status === 'held';

/** The outcome of a request to cancel: an order ends once, so it is the same for every repeat. */
const cancellationOf = (response: ApiResponse, cancellationId: string): ApiResponse => {
  if (response.status !== 200) return response;
  const { orderId, status, cancellationId: cancelledBy } = response.body as OwnersOrder;
  if (isUnderWay(status)) throw rejection('order-interrupted');
  if (status === 'rejected') throw rejection('order-already-rejected');
  if (status !== 'cancelled') throw rejection('order-already-confirmed');
  if (cancelledBy !== cancellationId) throw rejection('order-already-cancelled');
  return ok({ orderId, state: status });
};

export const orderHandlers = (
  { get, change }: Upstream,
  runs: SagaRuns,
): Pick<Handlers, keyof typeof orderOperations> => ({
  placeOrder: ({ body, ...call }) =>
    change('POST', 'orders', 'orders', {
      ...call,
      body: { ...body, orderId: operationIdFrom('order', call.key) },
    }),
  /** Records the request with the owner of orders, which knows the customer, and signals the saga to stop. */
  cancelOrder: async ({ params: { orderId }, body: { reason }, ...call }) => {
    const request = { cancellationId: operationIdFrom('cancellation', call.key), reason };
    const path = pathOf('orders', orderId, 'cancellation-requests');
    const requested = await change('POST', 'orders', path, { ...call, body: request });
    if (requested.status !== 200) return requested;
    const read = () => get('orders', pathOf('orders', orderId), call);
    const found = await read();
    const order = found.body as OwnersOrder;
    if (found.status !== 200 || !isUnderWay(order.status))
      return cancellationOf(found, request.cancellationId);
    const outcome = await runs.cancel(placeOrderSaga, placedOrderOf(order), request, call.causalContext);
    if (outcome.status === 'running')
      return { status: 202, headers: { location: `/api/orders/${orderId}` }, body: { sagaId: orderId } };
    return cancellationOf(await read(), request.cancellationId);
  },
  returnOrder: ({ params: { orderId }, body, ...call }) =>
    change('POST', 'orders', pathOf('orders', orderId, 'returns'), {
      ...call,
      body: { ...body, returnId: operationIdFrom('return', call.key) },
    }),
  payOutRefund: ({ params: { orderId, returnId }, ...call }) =>
    change('POST', 'payments', pathOf('payments', orderId, 'refunds', returnId, 'payout'), call),
  getOrder: ({ params, ...call }) => get('projection', pathOf('order-status', params.orderId), call),
  listOrders: ({ query, ...call }) => get('projection', withQuery('order-status', query), call),
});
