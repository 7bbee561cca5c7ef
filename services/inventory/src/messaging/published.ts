import type { InventoryEvent } from '@bankside/contracts';
import { publicationMap } from '@bankside/kernel';
import { product, type ProductEvent } from '../domain/product';

export const published = publicationMap<ProductEvent, InventoryEvent>(
  {
    ProductAdded: (data) => ({
      type: 'inventory.product-added.v1',
      data: { ...data, onHand: 0, reserved: 0, free: 0 },
    }),
    StockAdded: ({ restockId: _restockId, ...data }) => ({ type: 'inventory.stock-added.v1', data }),
    StockReserved: (data) => ({ type: 'inventory.stock-reserved.v1', data }),
    StockReleased: (data) => ({ type: 'inventory.stock-released.v1', data }),
    StockCommitted: (data) => ({ type: 'inventory.stock-committed.v1', data }),
    StockReturned: (data) => ({ type: 'inventory.stock-returned.v1', data }),
    StockWrittenOff: (data) => ({ type: 'inventory.stock-written-off.v1', data }),
    ReservationReleasedInAdvance: 'private',
  },
  product.upcasters,
);
