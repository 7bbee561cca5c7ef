import { assertNever, reject, type Aggregate, type Empty } from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one. Events carry what readers need, because the
// relay maps an event without its state.
type PayWith = Readonly<{ account: string } | { card: string }>;
type Line = Readonly<{ sku: string; quantity: number; unitPriceCents: number }>;
type OrderRef = Readonly<{ orderId: string; customerId: string }>;
type Total = Readonly<{ totalCents: number; currency: string }>;
type OrderEnd = OrderRef & Readonly<{ reason: string }>;

export type OrderEvent =
  | Readonly<{
      type: 'OrderPlaced';
      data: OrderRef & Total & Readonly<{ lines: readonly Line[]; payWith: PayWith }>;
    }>
  /** Its saga cannot proceed without an operator. */
  | Readonly<{ type: 'OrderHeld'; data: OrderRef }>
  | Readonly<{ type: 'OrderConfirmed'; data: OrderRef & Total }>
  | Readonly<{ type: 'OrderRejected' | 'OrderCancelled'; data: OrderEnd }>;

/** With current prices. Several lines may have the same sku, at the same price. */
type PlaceOrder = OrderRef & Readonly<{ lines: readonly Line[]; currency: string; payWith: PayWith }>;

export type OrderCommand =
  | Readonly<{ type: 'PlaceOrder'; data: PlaceOrder }>
  | Readonly<{ type: 'HoldOrder' | 'ConfirmOrder'; data: Empty }>
  | Readonly<{ type: 'RejectOrder' | 'CancelOrder'; data: Readonly<{ reason: string }> }>;

export type OrderRejection =
  | 'order-not-found'
  | 'order-already-placed'
  | 'order-already-confirmed'
  | 'order-already-rejected'
  | 'order-already-cancelled'
  | 'order-too-large'
  | 'customer-not-active';

export type Placed = OrderRef &
  Total &
  Readonly<{
    status: 'placed' | 'held' | 'confirmed' | 'rejected' | 'cancelled';
    lines: readonly Line[];
    payWith: PayWith;
    reason?: string;
  }>;
export type Order = Readonly<{ status: 'unplaced' }> | Placed;

/** The limit of a withdrawal, charge or payment: a larger order could never be paid. */
export const MAX_TOTAL_CENTS = 1_000_000_000;
/** The limit of one reservation, in pieces. */
export const MAX_QUANTITY = 1_000_000;

export type OrderTypes = Readonly<{
  state: Order;
  command: OrderCommand;
  event: OrderEvent;
  rejection: OrderRejection;
}>;

const decide = (command: OrderCommand, order: Order) => {
  if (command.type === 'PlaceOrder') return place(command.data, order);
  if (order.status === 'unplaced') return reject('order-not-found');
  switch (command.type) {
    case 'HoldOrder':
      return hold(order);
    case 'ConfirmOrder':
      return confirm(order);
    case 'RejectOrder':
      return rejectIt(command.data, order);
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

const place = ({ orderId, customerId, currency, payWith, ...asked }: PlaceOrder, order: Order) => {
  const lines = merged(asked.lines);
  if (order.status !== 'unplaced')
    return sameWish({ customerId, lines, payWith }, order) ? [] : reject('order-already-placed');
  const totalCents = lines.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0);
  const tooLarge = totalCents > MAX_TOTAL_CENTS || lines.some(({ quantity }) => quantity > MAX_QUANTITY);
  if (tooLarge) return reject('order-too-large');
  const data = { orderId, customerId, lines, totalCents, currency, payWith };
  return [{ type: 'OrderPlaced' as const, data }];
};

type Wish = Readonly<{ customerId: string; lines: readonly Line[]; payWith: PayWith }>;

/** A repeat orders the same goods. Prices may have changed in between. */
const sameWish = (one: Wish, other: Wish): boolean => wishOf(one) === wishOf(other);

const wishOf = ({ customerId, lines, payWith }: Wish): string => {
  const goods = lines.map(({ sku, quantity }) => [sku, quantity]);
  return JSON.stringify([customerId, 'account' in payWith ? [payWith.account] : [0, payWith.card], goods]);
};

/** Neither confirmed nor rejected nor cancelled. */
export const isUnderWay = (status: Placed['status']): status is 'placed' | 'held' =>
  status === 'placed' || status === 'held';

const hold = ({ status, orderId, customerId }: Placed) =>
  status === 'placed' ? [{ type: 'OrderHeld' as const, data: { orderId, customerId } }] : [];

const confirm = ({ status, orderId, customerId, totalCents, currency }: Placed) => {
  if (status === 'confirmed') return [];
  if (!isUnderWay(status)) return reject(`order-already-${status}`);
  return [{ type: 'OrderConfirmed' as const, data: { orderId, customerId, totalCents, currency } }];
};

const rejectIt = ({ reason }: Readonly<{ reason: string }>, { status, orderId, customerId }: Placed) => {
  if (status === 'rejected') return [];
  if (!isUnderWay(status)) return reject(`order-already-${status}`);
  return [{ type: 'OrderRejected' as const, data: { orderId, customerId, reason } }];
};

const cancel = ({ reason }: Readonly<{ reason: string }>, { status, orderId, customerId }: Placed) => {
  if (status === 'cancelled') return [];
  if (!isUnderWay(status)) return reject(`order-already-${status}`);
  return [{ type: 'OrderCancelled' as const, data: { orderId, customerId, reason } }];
};

const evolve = (order: Order, event: OrderEvent): Order => {
  if (event.type === 'OrderPlaced') return { ...event.data, status: 'placed' };
  if (order.status === 'unplaced') throw new Error(`${event.type} for an order that was never placed.`);
  switch (event.type) {
    case 'OrderHeld':
      return { ...order, status: 'held' };
    case 'OrderConfirmed':
      return { ...order, status: 'confirmed' };
    case 'OrderRejected':
      return { ...order, status: 'rejected', reason: event.data.reason };
    case 'OrderCancelled':
      return { ...order, status: 'cancelled', reason: event.data.reason };
    default:
      return assertNever(event);
  }
};

export const order: Aggregate<OrderTypes> = {
  version: 1,
  initialState: { status: 'unplaced' },
  decide,
  evolve,
  streamOf: (orderId) => `order-${orderId}`,
};
