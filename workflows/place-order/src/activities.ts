import type { PayWith } from '@bankside/contracts';
import type { ServiceCall } from '@bankside/saga/worker';

type Order = Readonly<{ orderId: string }>;
type Line = Order & Readonly<{ sku: string }>;
type Money = Order & Readonly<{ customerId: string; amountCents: number; currency: string }>;
type Because = Order & Readonly<{ reason: string }>;

const reservations = (sku: string, ...rest: string[]) => ({
  service: 'inventory',
  path: ['products', sku, 'reservations', ...rest],
});
const payments = (...rest: string[]) => ({ service: 'payments', path: ['payments', ...rest] });
const withdrawals = (account: string, ...rest: string[]) => ({
  service: 'accounts',
  path: ['accounts', account, 'withdrawals', ...rest],
});
const charges = (card: string, ...rest: string[]) => ({
  service: 'cards',
  path: ['cards', card, 'charges', ...rest],
});
const orders = (...rest: string[]) => ({ service: 'orders', path: ['orders', ...rest] });

/**
 * Every id is the order's, so that a repeat meets what it did before. An undo is never refused, whether or not its
 * step happened; where there is no product, account or card, nothing can have happened.
 */
export const createPlaceOrderActivities = (call: ServiceCall) => ({
  reserveStock: ({ sku, ...reservation }: Line & Readonly<{ quantity: number }>) =>
    call(reservations(sku), reservation),
  releaseStock: ({ sku, orderId }: Line) =>
    call({ ...reservations(sku, orderId, 'release'), doneWhen: ['product-not-found'] }),
  commitStock: ({ sku, orderId }: Line) => call(reservations(sku, orderId, 'commitment')),

  authorizePayment: (payment: Money & Readonly<{ payWith: PayWith }>) => call(payments(), payment),
  voidPayment: ({ orderId }: Order) => call(payments(orderId, 'void')),
  capturePayment: ({ orderId }: Order) => call(payments(orderId, 'capture')),

  withdrawMoney: ({ account, ...money }: Money & Readonly<{ account: string }>) =>
    call(withdrawals(account), { ...money, withdrawalId: money.orderId }),
  cancelWithdrawal: ({ account, orderId }: Order & Readonly<{ account: string }>) =>
    call({ ...withdrawals(account, orderId, 'cancellation'), doneWhen: ['account-not-found'] }),
  chargeCard: ({ card, ...money }: Money & Readonly<{ card: string }>) =>
    call(charges(card), { ...money, chargeId: money.orderId }),
  cancelCharge: ({ card, orderId }: Order & Readonly<{ card: string }>) =>
    call({ ...charges(card, orderId, 'cancellation'), doneWhen: ['card-not-found'] }),

  confirmOrder: ({ orderId }: Order) => call(orders(orderId, 'confirmation')),
  rejectOrder: ({ orderId, reason }: Because) =>
    call({ ...orders(orderId, 'rejection'), doneWhen: ['order-already-cancelled'] }, { reason }),
  cancelOrder: ({ orderId, reason }: Because) =>
    call({ ...orders(orderId, 'cancellation'), doneWhen: ['order-already-rejected'] }, { reason }),
});

export type PlaceOrderActivities = ReturnType<typeof createPlaceOrderActivities>;
