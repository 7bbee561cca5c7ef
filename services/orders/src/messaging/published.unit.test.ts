import { ordersEvents } from '@bankside/contracts';
import { publicationContract } from '@bankside/kernel/testing';
import type { OrderEvent } from '../domain/order';
import { published } from './published';

const whose = { orderId: 'o1', customerId: 'ada' };
const total = { totalCents: 2998, currency: 'EUR' };
const lines = [{ sku: 'cd-1', quantity: 2, unitPriceCents: 1499 }];

publicationContract<OrderEvent>(
  published,
  ordersEvents,
  {
    OrderPlaced: [
      { ...whose, ...total, lines, payWith: { account: '1000000017' } },
      { ...whose, lines, totalCents: 0, currency: 'EUR', payWith: { card: '400000000006' } },
    ],
    OrderConfirmed: { ...whose, ...total },
    OrderRejected: { ...whose, reason: 'insufficient-funds' },
    OrderCancelled: { ...whose, reason: 'cancelled' },
  },
  [],
);
