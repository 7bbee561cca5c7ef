import { appendBounded, assertNever, reject, type Aggregate, type DataOf } from '@bankside/kernel';
import {
  decideReturn,
  evolveReturn,
  isReturnCommand,
  isReturnEvent,
  orderRefOf,
  refundedCents,
  returnable,
} from './order-returns';
import type {
  Line,
  Order,
  OrderCommand,
  OrderEvent,
  OrderTypes,
  PayWith,
  Placed,
  PlaceOrder,
} from './order-types';

export type * from './order-types';

/** The limit of a withdrawal, charge or payment: a larger order could never be paid. */
export const MAX_TOTAL_CENTS = 1_000_000_000;
/** The limit of one reservation, in pieces. */
export const MAX_QUANTITY = 1_000_000;

const decide = (command: OrderCommand, order: Order) => {
  if (command.type === 'PlaceOrder') return place(command.data, order);
  if (order.status === 'unplaced') return reject('order-not-found');
  if (isReturnCommand(command)) return decideReturn(command, order);
  switch (command.type) {
    case 'HoldOrder':
      return hold(order);
    case 'ConfirmOrder':
      return confirm(command.data, order);
    case 'RejectOrder':
      return rejectIt(command.data, order);
    case 'RequestCancellation':
      return requestCancellation(command.data, order);
    case 'CancelOrder':
      return cancel(command.data, order);
    default:
      return assertNever(command);
  }
};

/** One line per sku, in the order of their first lines. */
const merged = (lines: readonly Line[]): readonly Line[] => {
  const bySku = new Map<string, Line>();
  for (const { sku, quantity, unitPriceCents } of lines)
    bySku.set(sku, { sku, quantity: quantity + (bySku.get(sku)?.quantity ?? 0), unitPriceCents });
  return [...bySku.values()];
};

const place = ({ orderId, customerId, currency, reservationSeconds, ...asked }: PlaceOrder, order: Order) => {
  const lines = merged(asked.lines);
  const totalCents = lines.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0);
  if (order.status !== 'unplaced')
    return sameWish({ customerId, lines, payWith: asked.payWith }, order)
      ? []
      : reject('order-already-placed');
  const tooLarge = totalCents > MAX_TOTAL_CENTS || lines.some(({ quantity }) => quantity > MAX_QUANTITY);
  if (tooLarge) return reject('order-too-large');
  if (totalCents > 0 && asked.payWith === undefined) return reject('payer-required');
  const payWith = totalCents === 0 ? undefined : asked.payWith;
  const optional = {
    ...(payWith && { payWith }),
    ...(reservationSeconds !== undefined && { reservationSeconds }),
  };
  const data = { orderId, customerId, lines, totalCents, currency, ...optional };
  return [{ type: 'OrderPlaced' as const, data }];
};

type Wish = Readonly<{ customerId: string; lines: readonly Line[]; payWith?: PayWith | undefined }>;

/** A repeat orders the same goods. Prices may have changed in between. */
const sameWish = (wish: Wish, placed: Placed): boolean =>
  wishOf(wish) === wishOf(placed) ||
  // The payer of a free order was not stored.
  (placed.totalCents === 0 && wishOf({ ...wish, payWith: undefined }) === wishOf(placed));

const payerOf = (payWith: PayWith): readonly unknown[] =>
  'account' in payWith ? [payWith.account] : [0, payWith.card];

const wishOf = ({ customerId, lines, payWith }: Wish): string => {
  const goods = lines.map(({ sku, quantity }) => [sku, quantity]);
  return JSON.stringify([customerId, payWith && payerOf(payWith), goods]);
};

/** Neither confirmed nor rejected nor cancelled. */
export const isUnderWay = (status: Placed['status']): status is 'placed' | 'held' =>
  status === 'placed' || status === 'held';

const hold = (order: Placed) =>
  order.status === 'placed' ? [{ type: 'OrderHeld' as const, data: orderRefOf(order) }] : [];

const confirm = ({ returnableUntil }: DataOf<OrderCommand, 'ConfirmOrder'>, order: Placed) => {
  const { status, totalCents, currency } = order;
  if (status === 'rejected' || status === 'cancelled') return reject(`order-already-${status}`);
  if (!isUnderWay(status)) return [];
  const data = { ...orderRefOf(order), totalCents, currency, ...(returnableUntil && { returnableUntil }) };
  return [{ type: 'OrderConfirmed' as const, data }];
};

/** Why an order that is not under way can be neither rejected nor cancelled. */
const alreadyEnded = (status: Exclude<Placed['status'], 'placed' | 'held'>) =>
  reject(
    status === 'rejected' || status === 'cancelled' ? `order-already-${status}` : 'order-already-confirmed',
  );

const rejectIt = ({ reason }: DataOf<OrderCommand, 'RejectOrder'>, order: Placed) => {
  if (order.status === 'rejected') return [];
  if (!isUnderWay(order.status)) return alreadyEnded(order.status);
  return [{ type: 'OrderRejected' as const, data: { ...orderRefOf(order), reason } }];
};

const requestCancellation = (
  { reason, cancellationId }: DataOf<OrderCommand, 'RequestCancellation'>,
  order: Placed,
) => {
  if (order.cancellationRequests.includes(cancellationId)) return [];
  if (!isUnderWay(order.status)) return alreadyEnded(order.status);
  const data = { ...orderRefOf(order), reason, cancellationId };
  return [{ type: 'CancellationRequested' as const, data }];
};

const cancel = ({ reason, cancellationId }: DataOf<OrderCommand, 'CancelOrder'>, order: Placed) => {
  if (order.status === 'cancelled') return [];
  if (!isUnderWay(order.status)) return alreadyEnded(order.status);
  const data = { ...orderRefOf(order), reason, ...(cancellationId !== undefined && { cancellationId }) };
  return [{ type: 'OrderCancelled' as const, data }];
};

const untilOf = ({ returnableUntil }: DataOf<OrderCommand, 'ConfirmOrder'>) =>
  returnableUntil === undefined ? {} : { returnableUntil };
const cancelledBy = ({ reason, cancellationId }: DataOf<OrderEvent, 'OrderCancelled'>) => ({
  reason,
  ...(cancellationId !== undefined && { cancellationId }),
});

const evolve = (order: Order, event: OrderEvent): Order => {
  if (event.type === 'OrderPlaced')
    return { ...event.data, status: 'placed', cancellationRequests: [], returns: [] };
  if (order.status === 'unplaced') throw new Error(`${event.type} for an order that was never placed.`);
  if (isReturnEvent(event)) return evolveReturn(order, event);
  switch (event.type) {
    case 'OrderHeld':
      return { ...order, status: 'held' };
    case 'OrderConfirmed':
      return { ...order, status: 'confirmed', ...untilOf(event.data) };
    case 'OrderRejected':
      return { ...order, status: 'rejected', reason: event.data.reason };
    case 'CancellationRequested':
      return {
        ...order,
        cancellationRequests: appendBounded(order.cancellationRequests, event.data.cancellationId),
      };
    case 'OrderCancelled':
      return { ...order, status: 'cancelled', ...cancelledBy(event.data) };
    default:
      return assertNever(event);
  }
};

export const order: Aggregate<OrderTypes> = {
  version: 2,
  initialState: { status: 'unplaced' },
  decide,
  evolve,
  streamOf: (orderId) => `order-${orderId}`,
  begunBy: ['PlaceOrder'],
};

/** For audits: the invariant that a state violates, if any. No sequence of commands can lead to such a state. */
export const brokenRule = (state: Order): string | undefined => {
  if (state.status === 'unplaced') return undefined;
  if (state.lines.some(({ sku }) => returnable(state, sku) < 0))
    return 'more pieces come back than were bought';
  return refundedCents(state) > state.totalCents ? 'more is refunded than the order costs' : undefined;
};
