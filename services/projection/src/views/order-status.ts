import type { PayWith, PricedLine, EventEnvelope, ReturnedLine } from '@bankside/contracts';
import { defineProjection } from '@bankside/projections';
import { defined } from '@bankside/std';
import type { OrderState } from '@bankside/contracts/states';
import { compare } from './sorted';

type Step = Readonly<{ step: string; at: string; sku?: string }>;
type Stock = Readonly<{ sku: string; quantity: number; state: 'reserved' | 'released' | 'committed' }>;
type Payment = Readonly<{
  state: 'authorized' | 'captured' | 'voided' | 'failed' | 'partly-refunded' | 'refunded';
  amountCents: number;
  refundedCents?: number;
  reason?: string;
}>;
type Money = Readonly<{ state: 'withdrawn' | 'charged' | 'returned'; amountCents: number; from: PayWith }>;

const LISTED = 'all';

/** Later states replace earlier ones, whatever order they became known in. */
const REFUND_STATES = ['refunded', 'credited', 'held', 'paid-out'] as const;
type Refund = Readonly<{ state: (typeof REFUND_STATES)[number]; to?: PayWith }>;
/** Its refund may become known before the return itself. */
type Return = Readonly<{
  returnId: string;
  state: 'accepted' | 'completed' | 'rejected';
  at?: string;
  lines?: readonly ReturnedLine[];
  reason?: string;
  refundCents?: number;
  rejectedBecause?: string;
  refund?: Refund;
}>;

/** An order with what happened to its payment, its goods and its money. The order itself may arrive after them. */
type OrderStatus = Readonly<{
  orderId: string;
  state: OrderState;
  customerId?: string;
  reason?: string;
  lines?: readonly PricedLine[];
  totalCents?: number;
  currency?: string;
  payWith?: PayWith;
  placedAt?: string;
  /** Of the request that placed it: finds its story. */
  correlationId?: string;
  endedAt?: string;
  returnableUntil?: string;
  payment?: Payment;
  money?: Money;
  /** Once placed: what the list of all orders selects. */
  listed?: typeof LISTED;
  /** By sku, at most one per line of the order. */
  stock: readonly Stock[];
  /** By id. */
  returns: readonly Return[];
  /** By time, whatever order they became known in. Bounded by what a saga can do to an order. */
  steps: readonly Step[];
}>;

const byTime = (a: Step, b: Step): number =>
  compare(a.at, b.at) || compare(a.step, b.step) || compare(a.sku ?? '', b.sku ?? '');

/** `orders.order-placed.v1` is the step `order-placed`. */
const stepOf = ({ type, time }: Pick<EventEnvelope, 'type' | 'time'>, sku?: string): Step => ({
  step: type.slice(type.indexOf('.') + 1, type.lastIndexOf('.')),
  at: time,
  ...(sku !== undefined && { sku }),
});

const withStep = (order: OrderStatus, step: Step): OrderStatus => ({
  ...order,
  steps: [...order.steps, step].sort(byTime),
});

type End = Readonly<{ state: 'confirmed' | 'rejected' | 'cancelled'; endedAt: string; reason?: string }>;
type Event<Data> = Pick<EventEnvelope, 'type' | 'time'> & Readonly<{ data: Data }>;

const ended =
  (state: End['state']) =>
  (order: OrderStatus, event: Event<{ customerId: string; reason?: string }>): OrderStatus => {
    const { customerId, reason } = event.data;
    const end: End = { state, endedAt: event.time, ...(reason !== undefined && { reason }) };
    return withStep({ ...order, customerId, ...end }, stepOf(event));
  };

const paid =
  (state: Payment['state']) =>
  (order: OrderStatus, event: Event<{ amountCents: number; reason?: string | undefined }>): OrderStatus => {
    const { amountCents, reason } = event.data;
    const payment = { state, amountCents, ...(reason !== undefined && { reason }) };
    return withStep({ ...order, payment }, stepOf(event));
  };

const stocked =
  (state: Stock['state']) =>
  (order: OrderStatus, event: Event<{ sku: string; quantity: number }>): OrderStatus => {
    const { sku, quantity } = event.data;
    const others = order.stock.filter((one) => one.sku !== sku);
    const stock = [...others, { sku, quantity, state }].sort((a, b) => compare(a.sku, b.sku));
    return withStep({ ...order, stock }, stepOf(event, sku));
  };

const moved =
  (state: Money['state']) =>
  (order: OrderStatus, event: Event<MovedMoney>): OrderStatus => {
    const { amountCents } = event.data;
    const from =
      'accountNumber' in event.data ? { account: event.data.accountNumber } : { card: event.data.cardNumber };
    return withStep({ ...order, money: { state, amountCents, from } }, stepOf(event));
  };
type MovedMoney = Readonly<{ amountCents: number }> &
  (Readonly<{ accountNumber: string }> | Readonly<{ cardNumber: string }>);

const withReturn = (order: OrderStatus, returnId: string, change: Partial<Return>): OrderStatus => {
  const known = order.returns.find((one) => one.returnId === returnId);
  const changed: Return = { returnId, state: 'accepted', ...known, ...change };
  const others = order.returns.filter((one) => one !== known);
  return { ...order, returns: [...others, changed].sort((a, b) => compare(a.returnId, b.returnId)) };
};

const refunded = (
  order: OrderStatus,
  event: Event<Readonly<{ refundId: string }>>,
  refund: Refund,
): OrderStatus => {
  const { refundId } = event.data;
  const known = order.returns.find(({ returnId }) => returnId === refundId)?.refund;
  const isLater =
    known === undefined || REFUND_STATES.indexOf(refund.state) > REFUND_STATES.indexOf(known.state);
  const changed = isLater ? withReturn(order, refundId, { refund }) : order;
  return withStep(changed, stepOf(event));
};

export const orderStatus = defineProjection<OrderStatus>({
  name: 'order-status',
  collectionName: 'orders',
  version: 6,
  store: 'postgres',
  sources: ['orders', 'payments', 'inventory', 'accounts', 'cards'],
  keyOf: ({ data }) => data.orderId,
  initial: (orderId) => ({ orderId, state: 'placed', stock: [], returns: [], steps: [] }),
  apply: {
    'orders.order-placed.v1': (order, event) => {
      const { customerId, lines, totalCents, currency, payWith } = event.data;
      const { correlationid: correlationId } = event;
      const about = { customerId, lines, totalCents, currency };
      const placed = { ...about, placedAt: event.time, listed: LISTED } as const;
      return withStep({ ...order, ...placed, ...defined({ payWith, correlationId }) }, stepOf(event));
    },
    'orders.order-held.v1': (order, event) =>
      withStep({ ...order, customerId: event.data.customerId, state: 'held' }, stepOf(event)),
    'orders.order-confirmed.v1': (order, event) => {
      const { returnableUntil } = event.data;
      return { ...ended('confirmed')(order, event), ...(returnableUntil && { returnableUntil }) };
    },
    'orders.order-rejected.v1': ended('rejected'),
    'orders.order-cancelled.v1': ended('cancelled'),
    'orders.return-accepted.v1': (order, event) => {
      const { returnId, lines, reason, refundCents } = event.data;
      const accepted = { at: event.time, lines, reason, refundCents };
      return withStep(withReturn(order, returnId, accepted), stepOf(event));
    },
    'orders.return-completed.v1': (order, event) => {
      const { returnId, status } = event.data;
      const completed = withReturn(order, returnId, { state: 'completed' });
      return withStep({ ...completed, state: status }, stepOf(event));
    },
    'orders.return-rejected.v1': (order, event) => {
      const { returnId, reason } = event.data;
      const rejected = { state: 'rejected', rejectedBecause: reason } as const;
      return withStep(withReturn(order, returnId, rejected), stepOf(event));
    },
    'payments.payment-authorized.v1': paid('authorized'),
    'payments.payment-captured.v1': paid('captured'),
    'payments.payment-voided.v1': paid('voided'),
    'payments.payment-failed.v1': paid('failed'),
    'payments.payment-refunded.v1': (order, event) => {
      const { refundedCents } = event.data;
      const amountCents = order.payment?.amountCents ?? refundedCents;
      const state = refundedCents === amountCents ? 'refunded' : 'partly-refunded';
      return refunded({ ...order, payment: { state, amountCents, refundedCents } }, event, {
        state: 'refunded',
      });
    },
    'payments.refund-held.v1': (order, event) => refunded(order, event, { state: 'held' }),
    'payments.refund-paid-out.v1': (order, event) => refunded(order, event, { state: 'paid-out' }),
    'inventory.stock-reserved.v1': stocked('reserved'),
    'inventory.stock-released.v1': stocked('released'),
    'inventory.stock-committed.v1': stocked('committed'),
    'inventory.stock-returned.v1': (order, event) => withStep(order, stepOf(event, event.data.sku)),
    'inventory.stock-written-off.v1': (order, event) => withStep(order, stepOf(event, event.data.sku)),
    'accounts.refund-credited.v1': (order, event) =>
      refunded(order, event, { state: 'credited', to: { account: event.data.accountNumber } }),
    'cards.refund-credited.v1': (order, event) =>
      refunded(order, event, { state: 'credited', to: { card: event.data.cardNumber } }),
    'accounts.money-withdrawn.v1': moved('withdrawn'),
    'accounts.withdrawal-cancelled.v1': moved('returned'),
    'cards.card-charged.v1': moved('charged'),
    'cards.charge-cancelled.v1': moved('returned'),
  },
  toResponse: (order) =>
    order.placedAt === undefined
      ? undefined
      : {
          ...order,
          returns: order.returns
            .filter(({ at }) => at !== undefined)
            .sort((a, b) => compare(a.at ?? '', b.at ?? '')),
        },
  lists: [
    { by: 'customerId', sort: 'placedAt', descending: true },
    { by: 'state', sort: 'placedAt', descending: true, narrows: true },
    { by: 'listed', valueOfAll: LISTED, sort: 'placedAt', descending: true },
  ],
});
