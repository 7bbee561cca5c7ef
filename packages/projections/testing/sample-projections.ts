import type { EventEnvelope } from '@bankside/contracts';
import { defineProjection } from '../src/projection';

type Event<Data> = Pick<EventEnvelope, 'type' | 'time' | 'feedposition'> & Readonly<{ data: Data }>;

type OrderSteps = Readonly<{ orderId: string; customerId: string; steps: readonly string[] }>;

const step = (
  order: OrderSteps,
  { type, time, data }: Event<{ orderId?: string | undefined; sku?: string }>,
) => ({
  ...order,
  steps: [...order.steps, `${time} ${type} ${data.sku ?? ''}`].sort(),
});
const ownStep = (order: OrderSteps, event: Event<{ orderId: string; customerId: string }>) =>
  step({ ...order, customerId: event.data.customerId }, event);

/** One document per order, from events of five services. */
export const orderSteps = defineProjection<OrderSteps>({
  name: 'order-steps',
  collectionName: 'orders',
  version: 1,
  store: 'mongodb',
  schema: { orderId: String, customerId: String, steps: [String] },
  sources: ['orders', 'payments', 'inventory', 'accounts', 'cards'],
  keyOf: ({ data }) => data.orderId,
  initial: (orderId) => ({ orderId, customerId: '', steps: [] }),
  apply: {
    'orders.order-placed.v1': ownStep,
    'orders.order-confirmed.v1': ownStep,
    'orders.order-rejected.v1': ownStep,
    'orders.order-cancelled.v1': ownStep,
    'payments.payment-authorized.v1': step,
    'payments.payment-captured.v1': step,
    'payments.payment-voided.v1': step,
    'payments.payment-failed.v1': step,
    'payments.payment-refunded.v1': step,
    'inventory.stock-reserved.v1': step,
    'inventory.stock-released.v1': step,
    'inventory.stock-committed.v1': step,
    'accounts.money-withdrawn.v1': step,
    'accounts.withdrawal-cancelled.v1': step,
    'cards.card-charged.v1': step,
    'cards.charge-cancelled.v1': step,
  },
});

type Movement = Readonly<{ number: string; position: number; amountCents: number }>;

const movement =
  (sign: 1 | -1) =>
  (
    before: Movement,
    { feedposition, data }: Event<{ accountNumber: string; amountCents: number }>,
  ): Movement => ({
    ...before,
    number: data.accountNumber,
    position: feedposition,
    amountCents: sign * data.amountCents,
  });

/** One document per event. */
export const movements = defineProjection<Movement>({
  name: 'movements',
  collectionName: 'movements',
  version: 1,
  store: 'postgres',
  sources: ['accounts', 'cards'],
  keyOf: ({ data, feedposition }) => `${data.accountNumber}/${feedposition}`,
  initial: () => ({ number: '', position: 0, amountCents: 0 }),
  apply: {
    'accounts.money-deposited.v1': movement(1),
    'accounts.money-withdrawn.v1': movement(-1),
    'accounts.withdrawal-cancelled.v1': movement(1),
  },
});
