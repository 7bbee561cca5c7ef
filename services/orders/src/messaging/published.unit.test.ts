import { ordersEvents } from '@bankside/contracts';
import type { CustomerBlockEvent } from '@bankside/customer-closure';
import { publicationContract } from '@bankside/kernel/testing';
import type { OrderEvent } from '../domain/order';
import { published } from './published';

const whose = { orderId: 'o1', customerId: 'ada' };
const closure = { customerId: 'ada', closureId: 'l1' };
const total = { totalCents: 2998, currency: 'EUR' };
const lines = [{ sku: 'cd-1', quantity: 2, unitPriceCents: 1499 }];

publicationContract<OrderEvent | CustomerBlockEvent>(
  published,
  ordersEvents,
  {
    OrderPlaced: [
      { ...whose, ...total, lines, payWith: { account: '1000000017' } },
      { ...whose, lines, totalCents: 0, currency: 'EUR', payWith: { card: '400000000006' } },
    ],
    OrderHeld: whose,
    OrderConfirmed: { ...whose, ...total },
    OrderRejected: { ...whose, reason: 'insufficient-funds' },
    OrderCancelled: { ...whose, reason: 'cancelled' },
    CustomerBlocked: closure,
    CustomerUnblocked: closure,
    CustomerUnblockedInAdvance: closure,
  },
  ['CustomerBlocked', 'CustomerUnblocked', 'CustomerUnblockedInAdvance'],
);
