import * as z from 'zod';
import { event, sample, type EventOf } from './contract';
import { count, currency, operationId, orderId, quantity, sku, title, unitPriceCents } from './fields';

/** reserved + free = on hand, in every event. */
const stock = { onHand: count, reserved: count, free: count };
const reservation = { sku, orderId, quantity, ...stock };

const returned = { ...reservation, returnId: operationId };

const { sku: item, orderId: order } = sample;
const aReservation = { sku: item, orderId: order, quantity: 2 };

export const inventoryEvents = {
  'inventory.product-added.v1': event(
    'A product was added to the catalogue, with no stock yet.',
    { sku, title, unitPriceCents, currency, ...stock },
    {
      sku: item,
      title: 'Kind of Blue',
      unitPriceCents: 1499,
      currency: 'EUR',
      onHand: 0,
      reserved: 0,
      free: 0,
    },
  ),
  'inventory.stock-added.v1': event(
    'Stock was added.',
    { sku, quantity, ...stock },
    { sku: item, quantity: 10, onHand: 10, reserved: 0, free: 10 },
  ),
  'inventory.stock-reserved.v1': event('Pieces were reserved for an order.', reservation, {
    ...aReservation,
    onHand: 10,
    reserved: 2,
    free: 8,
  }),
  'inventory.stock-released.v1': event(
    'A reservation was released: the pieces are free again.',
    reservation,
    {
      ...aReservation,
      onHand: 10,
      reserved: 0,
      free: 10,
    },
  ),
  'inventory.stock-committed.v1': event(
    'A reservation was committed: the pieces are sold and no longer on hand.',
    reservation,
    {
      ...aReservation,
      onHand: 8,
      reserved: 0,
      free: 8,
    },
  ),
  'inventory.stock-returned.v1': event('Sold pieces of an order came back and are free again.', returned, {
    ...aReservation,
    returnId: sample.operationId,
    onHand: 10,
    reserved: 0,
    free: 10,
  }),
  'inventory.stock-written-off.v1': event(
    'Sold pieces of an order came back and cannot be sold again: the stock stays as it is.',
    returned,
    { ...aReservation, returnId: sample.operationId, onHand: 8, reserved: 0, free: 8 },
  ),
};
export type InventoryEvent = EventOf<typeof inventoryEvents>;

export const addProductRequest = z.strictObject({
  sku,
  title,
  unitPriceCents,
  currency: currency.default('EUR'),
});
export const addStockRequest = z.strictObject({ quantity });
