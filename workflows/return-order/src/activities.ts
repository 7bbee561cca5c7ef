import type { ReturnedLine } from '@bankside/contracts';
import type { AcceptedReturn } from '@bankside/contracts/sagas';
import type { ActivityRequests } from '@bankside/saga';

type Return = Readonly<{ orderId: string; returnId: string }>;
type Pieces = Return & Pick<ReturnedLine, 'sku' | 'quantity'>;
type WithReason = Return & Readonly<{ reason: string }>;
/** A refund has the id of its return. */
type Credit = Readonly<{
  refundId: string;
  orderId: string;
  customerId: string;
  amountCents: number;
  currency: string;
}>;

const ofOrder = ({ orderId, returnId }: Return, step: string) => ({
  service: 'orders',
  path: ['orders', orderId, 'returns', returnId, step],
});
const refund = (orderId: string, ...rest: string[]) => ({
  service: 'payments',
  path: ['payments', orderId, 'refunds', ...rest],
});

/** The request of each step. All use the id of the return, so a repeat finds the effect of the first request. */
export const returnOrderActivities = {
  verifyReturn: ({ orderId, returnId, ...body }: AcceptedReturn) => ({
    ...ofOrder({ orderId, returnId }, 'verification'),
    body,
  }),
  refundPayment: ({ orderId, ...body }: Pick<Credit, 'orderId' | 'refundId' | 'amountCents'>) => ({
    ...refund(orderId),
    body,
  }),
  restock: ({ sku, ...body }: Pieces) => ({ service: 'inventory', path: ['products', sku, 'returns'], body }),
  writeOff: ({ sku, ...body }: Pieces) => ({
    service: 'inventory',
    path: ['products', sku, 'write-offs'],
    body,
  }),
  refundCard: ({ card, ...body }: Credit & Readonly<{ card: string }>) => ({
    service: 'cards',
    path: ['cards', card, 'refunds'],
    body,
  }),
  creditAccount: (body: Credit & Readonly<{ account?: string }>) => ({
    service: 'accounts',
    path: ['accounts', 'refunds'],
    body,
  }),
  holdRefund: ({ orderId, refundId }: Pick<Credit, 'orderId' | 'refundId'>) =>
    refund(orderId, refundId, 'hold'),
  completeReturn: (one: Return) => ofOrder(one, 'completion'),
  rejectReturn: ({ orderId, returnId, reason }: WithReason) => ({
    ...ofOrder({ orderId, returnId }, 'rejection'),
    body: { reason },
    // Where the owner has no such return, or one that has ended, there is nothing to reject.
    ignoreRejections: ['order-not-found', 'return-not-found', 'return-already-completed'],
  }),
} satisfies ActivityRequests;
