import { inventoryEvents } from '@bankside/contracts';
import { publicationContract } from '@bankside/kernel/testing';
import type { ProductEvent } from '../domain/product';
import { published } from './published';

const reserved = { sku: 'cd-1', orderId: 'o1', quantity: 2, onHand: 10, reserved: 2, free: 8 };
const released = { ...reserved, reserved: 0, free: 10 };

publicationContract<ProductEvent>(
  published,
  inventoryEvents,
  {
    ProductAdded: { sku: 'cd-1', title: 'Kind of Blue', unitPriceCents: 1499, currency: 'EUR' },
    StockAdded: { sku: 'cd-1', restockId: 'r1', quantity: 10, onHand: 10, reserved: 0, free: 10 },
    StockReserved: reserved,
    StockReleased: released,
    StockCommitted: { ...released, onHand: 8, free: 8 },
    StockReturned: { ...released, returnId: 'r1' },
    StockWrittenOff: { ...released, returnId: 'r1' },
    ReservationReleasedInAdvance: { sku: 'cd-1', orderId: 'o1' },
  },
  ['ReservationReleasedInAdvance'],
);
