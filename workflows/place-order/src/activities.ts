import type { PayWith } from '@bankside/contracts';
import { activitiesOf, type Request, type ServiceCall } from '@bankside/saga/worker';

type Order = Readonly<{ orderId: string }>;
type Line = Order & Readonly<{ sku: string }>;
type Money = Order & Readonly<{ customerId: string; amountCents: number; currency: string }>;
type Because = Order & Readonly<{ reason: string }>;

const reservation = (sku: string, ...rest: string[]): Request => ({
  service: 'inventory',
  path: ['products', sku, 'reservations', ...rest],
});
const payment = (...rest: string[]): Request => ({ service: 'payments', path: ['payments', ...rest] });
const withdrawal = (account: string, ...rest: string[]): Request => ({
  service: 'accounts',
  path: ['accounts', account, 'withdrawals', ...rest],
});
const charge = (card: string, ...rest: string[]): Request => ({
  service: 'cards',
  path: ['cards', card, 'charges', ...rest],
});
const order = (...rest: string[]): Request => ({ service: 'orders', path: ['orders', ...rest] });

/**
 * What each step asks of which service. Every id is the order's, so that a repeat meets what it did before.
 * An undo is never refused, whether or not its step happened; where there is no product, account or card, nothing can
 * have happened.
 */
const requests = {
  reserveStock: ({ sku, ...body }: Line & Readonly<{ quantity: number }>) => ({ ...reservation(sku), body }),
  releaseStock: ({ sku, orderId }: Line) => ({
    ...reservation(sku, orderId, 'release'),
    ignoreRejections: ['product-not-found'],
  }),
  commitStock: ({ sku, orderId }: Line) => reservation(sku, orderId, 'commitment'),

  authorizePayment: (body: Money & Readonly<{ payWith: PayWith }>) => ({ ...payment(), body }),
  voidPayment: ({ orderId }: Order) => payment(orderId, 'void'),
  capturePayment: ({ orderId }: Order) => payment(orderId, 'capture'),

  withdrawMoney: ({ account, ...money }: Money & Readonly<{ account: string }>) => ({
    ...withdrawal(account),
    body: { ...money, withdrawalId: money.orderId },
  }),
  cancelWithdrawal: ({ account, orderId }: Order & Readonly<{ account: string }>) => ({
    ...withdrawal(account, orderId, 'cancellation'),
    ignoreRejections: ['account-not-found'],
  }),
  chargeCard: ({ card, ...money }: Money & Readonly<{ card: string }>) => ({
    ...charge(card),
    body: { ...money, chargeId: money.orderId },
  }),
  cancelCharge: ({ card, orderId }: Order & Readonly<{ card: string }>) => ({
    ...charge(card, orderId, 'cancellation'),
    ignoreRejections: ['card-not-found'],
  }),

  confirmOrder: ({ orderId }: Order) => order(orderId, 'confirmation'),
  rejectOrder: ({ orderId, reason }: Because) => ({
    ...order(orderId, 'rejection'),
    body: { reason },
    ignoreRejections: ['order-already-cancelled'],
  }),
  cancelOrder: ({ orderId, reason }: Because) => ({
    ...order(orderId, 'cancellation'),
    body: { reason },
    ignoreRejections: ['order-already-rejected'],
  }),
};

export const createPlaceOrderActivities = (call: ServiceCall) => activitiesOf(requests, call);
export type PlaceOrderActivities = ReturnType<typeof createPlaceOrderActivities>;
