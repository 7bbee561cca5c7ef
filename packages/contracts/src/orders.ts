import { z } from 'zod';
import type { EventOf } from './contract';
import { currency, customerId, orderId, payWith, quantity, reason, sku } from './fields';

/** Lines of one order. */
export const MAX_LINES = 50;

export const pricedLine = z.object({ sku, quantity, unitPriceCents: z.int().nonnegative() });
export type PricedLine = z.infer<typeof pricedLine>;

const order = { orderId, customerId };

export const ordersEvents = {
  'orders.order-placed.v1': z.object({
    ...order,
    lines: z.array(pricedLine).min(1).max(MAX_LINES),
    totalCents: z.int().nonnegative(),
    currency,
    payWith,
  }),
  'orders.order-confirmed.v1': z.object({ ...order, totalCents: z.int().nonnegative(), currency }),
  'orders.order-rejected.v1': z.object({ ...order, reason }),
  'orders.order-cancelled.v1': z.object({ ...order, reason }),
};
export type OrdersEvent = EventOf<typeof ordersEvents>;

export const placeOrder = z.strictObject({
  customerId,
  lines: z.array(z.strictObject({ sku, quantity })).min(1).max(MAX_LINES),
  payWith,
});
export type PlaceOrder = z.infer<typeof placeOrder>;
