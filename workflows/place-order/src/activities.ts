import type { PayWith } from '@bankside/contracts';
import type { PlacedOrder } from '@bankside/contracts/sagas';
import type { ActivityRequests } from '@bankside/saga';

type Order = Readonly<{ orderId: string }>;
type Line = Order & Readonly<{ sku: string }>;
type Money = Order & Readonly<{ customerId: string; amountCents: number; currency: string }>;
type WithReason = Order & Readonly<{ reason: string }>;

const reservation = (sku: string, ...rest: string[]) => ({
  service: 'inventory',
  path: ['products', sku, 'reservations', ...rest],
});
const payment = (...rest: string[]) => ({ service: 'payments', path: ['payments', ...rest] });
const withdrawal = (account: string, ...rest: string[]) => ({
  service: 'accounts',
  path: ['accounts', account, 'withdrawals', ...rest],
});
const charge = (card: string, ...rest: string[]) => ({
  service: 'cards',
  path: ['cards', card, 'charges', ...rest],
});
const order = (...rest: string[]) => ({ service: 'orders', path: ['orders', ...rest] });

/**
 * The request of each step. All use the id of the order, so a repeat finds the effect of the first request. A compensation
 * is always accepted: where the product, the account or the card does not exist, the step had no effect.
 */
export const placeOrderActivities = {
  verifyOrder: ({ orderId, ...body }: PlacedOrder) => ({ ...order(orderId, 'verification'), body }),

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
  rejectOrder: ({ orderId, reason }: WithReason) => ({
    ...order(orderId, 'rejection'),
    body: { reason },
    // Where the owner has no such order, or one that has ended, there is nothing to reject.
    ignoreRejections: ['order-not-found', 'order-already-confirmed', 'order-already-cancelled'],
  }),
  cancelOrder: ({ orderId, ...body }: WithReason & Readonly<{ cancellationId?: string }>) => ({
    ...order(orderId, 'cancellation'),
    body,
    ignoreRejections: ['order-already-rejected'],
  }),
} satisfies ActivityRequests;
