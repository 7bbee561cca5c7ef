import { ordersEvents } from '@bankside/contracts';
import type { CustomerBlockEvent } from '@bankside/customer-closure';
import { publicationContract } from '@bankside/kernel/testing';
import type { OrderEvent } from '../domain/order';
import { published } from './published';

const whose = { orderId: 'o1', customerId: 'ada' };
const closure = { customerId: 'ada', closureId: 'l1' };
const total = { totalCents: 2998, currency: 'EUR' };
const lines = [{ sku: 'cd-1', quantity: 2, unitPriceCents: 1499 }];
const aReturn = { ...whose, returnId: 'r1' };
const refund = {
  lines: [{ sku: 'cd-1', quantity: 1, writeOff: true }],
  reason: 'damaged',
  refundCents: 1499,
  currency: 'EUR',
};

publicationContract<OrderEvent | CustomerBlockEvent>(
  published,
  ordersEvents,
  {
    OrderPlaced: [
      { ...whose, ...total, lines, payWith: { account: '1000000017' } },
      { ...whose, lines, totalCents: 0, currency: 'EUR', reservationSeconds: 120 },
    ],
    OrderHeld: whose,
    OrderConfirmed: [
      { ...whose, ...total },
      { ...whose, ...total, returnableUntil: '2026-01-31T10:00:00.000Z' },
    ],
    OrderRejected: { ...whose, reason: 'insufficient-funds' },
    CancellationRequested: { ...whose, reason: 'changed-my-mind', cancellationId: 'n1' },
    OrderCancelled: [
      { ...whose, reason: 'decided-by-staff' },
      { ...whose, reason: 'changed-my-mind', cancellationId: 'n1' },
    ],
    ReturnAccepted: [
      { ...aReturn, ...refund, payWith: { account: '1000000017' } },
      { ...aReturn, ...refund, refundCents: 0 },
    ],
    ReturnCompleted: { ...aReturn, status: 'returned' },
    ReturnRejected: { ...aReturn, reason: 'payment-not-captured' },
    CustomerBlocked: closure,
    CustomerUnblocked: closure,
    CustomerUnblockedInAdvance: closure,
  },
  ['CancellationRequested', 'CustomerBlocked', 'CustomerUnblocked', 'CustomerUnblockedInAdvance'],
);
