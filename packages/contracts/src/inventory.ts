import { z } from 'zod';
import type { EventOf } from './contract';
import { count, currency, orderId, quantity, sku } from './fields';

const title = z.string().trim().min(1).max(200);
const unitPriceCents = z.int().nonnegative().max(100_000_000);
/** reserved + free = on hand, in every event. */
const stock = { onHand: count, reserved: count, free: count };

export const inventoryEvents = {
  'inventory.product-added.v1': z.object({ sku, title, unitPriceCents, currency, ...stock }),
  'inventory.stock-added.v1': z.object({ sku, quantity, ...stock }),
  'inventory.stock-reserved.v1': z.object({ sku, orderId, quantity, ...stock }),
  'inventory.stock-released.v1': z.object({ sku, orderId, quantity, ...stock }),
  'inventory.stock-committed.v1': z.object({ sku, orderId, quantity, ...stock }),
};
export type InventoryEvent = EventOf<typeof inventoryEvents>;

export const addProduct = z.strictObject({ sku, title, unitPriceCents, currency: currency.default('EUR') });
export const addStock = z.strictObject({ quantity });
