import { assertNever, reject, appendBounded, type Aggregate } from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one. Events carry the resulting stock, because the
// relay maps an event without its state. reserved + free = on hand, always.
type Stock = Readonly<{ onHand: number; reserved: number; free: number }>;
type Description = Readonly<{ sku: string; title: string; unitPriceCents: number; currency: string }>;
type Reservation = Readonly<{ orderId: string; quantity: number }>;
type Return = Reservation & Readonly<{ returnId: string }>;

export type ProductEvent =
  | Readonly<{ type: 'ProductAdded'; data: Description }>
  | Readonly<{
      type: 'StockAdded';
      data: Readonly<{ sku: string; restockId: string; quantity: number }> & Stock;
    }>
  | Readonly<{
      type: 'StockReserved' | 'StockReleased' | 'StockCommitted';
      data: Readonly<{ sku: string }> & Reservation & Stock;
    }>
  /** Sold pieces came back, and are free again or can't be sold again. */
  | Readonly<{
      type: 'StockReturned' | 'StockWrittenOff';
      data: Readonly<{ sku: string }> & Return & Stock;
    }>
  /** Released before it arrived: the reservation is rejected when it does. */
  | Readonly<{ type: 'ReservationReleasedInAdvance'; data: Readonly<{ sku: string; orderId: string }> }>;

type Restock = Readonly<{ restockId: string; quantity: number }>;
type Order = Readonly<{ orderId: string }>;

export type ProductCommand =
  | Readonly<{ type: 'AddProduct'; data: Description }>
  | Readonly<{ type: 'AddStock'; data: Restock }>
  | Readonly<{ type: 'ReserveStock'; data: Reservation }>
  | Readonly<{ type: 'ReleaseStock' | 'CommitStock'; data: Order }>
  /** `orders` has checked that the pieces were sold and did not come back before. */
  | Readonly<{ type: 'ReturnStock' | 'WriteOffStock'; data: Return }>;

type ProductRejection =
  | 'product-already-exists'
  | 'product-not-found'
  | 'out-of-stock'
  | 'reservation-differs'
  | 'reservation-released'
  | 'reservation-committed'
  | 'reservation-not-found';

export type Known = Description &
  Readonly<{
    status: 'known';
    onHand: number;
    reserved: number;
    /** Open reservations are never evicted; there are at most as many as pieces on hand. */
    reservations: readonly Reservation[];
    /** These lists are bounded by `appendBounded`. */
    restocks: readonly string[];
    committed: readonly string[];
    /** Orders whose reservation was released, perhaps in advance. */
    released: readonly string[];
    returned: readonly string[];
    writtenOff: readonly string[];
  }>;
export type Product = Readonly<{ status: 'unknown' }> | Known;

export type ProductTypes = Readonly<{
  state: Product;
  command: ProductCommand;
  event: ProductEvent;
  rejection: ProductRejection;
}>;

const decide = (command: ProductCommand, product: Product) => {
  if (command.type === 'AddProduct') return add(command.data, product);
  if (product.status === 'unknown') return reject('product-not-found');
  switch (command.type) {
    case 'AddStock':
      return restock(command.data, product);
    case 'ReserveStock':
      return reserve(command.data, product);
    case 'ReleaseStock':
      return release(command.data, product);
    case 'CommitStock':
      return commit(command.data, product);
    case 'ReturnStock':
      return takeBack(command.data, product);
    case 'WriteOffStock':
      return writeOff(command.data, product);
    default:
      return assertNever(command);
  }
};

const stockOf = (onHand: number, reserved: number): Stock => ({ onHand, reserved, free: onHand - reserved });

const reservationOf = ({ reservations }: Known, orderId: string) =>
  reservations.find((reservation) => reservation.orderId === orderId);

const add = ({ sku, title, unitPriceCents, currency }: Description, product: Product) => {
  if (product.status === 'unknown')
    return [{ type: 'ProductAdded' as const, data: { sku, title, unitPriceCents, currency } }];
  const same =
    product.title === title && product.unitPriceCents === unitPriceCents && product.currency === currency;
  return same ? [] : reject('product-already-exists');
};

const restock = ({ restockId, quantity }: Restock, product: Known) => {
  if (product.restocks.includes(restockId)) return [];
  const stock = stockOf(product.onHand + quantity, product.reserved);
  return [{ type: 'StockAdded' as const, data: { sku: product.sku, restockId, quantity, ...stock } }];
};

const reserve = ({ orderId, quantity }: Reservation, product: Known) => {
  if (product.released.includes(orderId)) return reject('reservation-released'); // The release arrived first.
  if (product.committed.includes(orderId)) return [];
  const earlier = reservationOf(product, orderId);
  if (earlier) return earlier.quantity === quantity ? [] : reject('reservation-differs');
  if (quantity > product.onHand - product.reserved) return reject('out-of-stock');
  const stock = stockOf(product.onHand, product.reserved + quantity);
  return [{ type: 'StockReserved' as const, data: { sku: product.sku, orderId, quantity, ...stock } }];
};

/** Releasing an unknown reservation records a tombstone that rejects it if it arrives later. */
const release = ({ orderId }: Order, product: Known) => {
  if (product.released.includes(orderId)) return [];
  if (product.committed.includes(orderId)) return reject('reservation-committed');
  const { sku, onHand, reserved } = product;
  const reservation = reservationOf(product, orderId);
  if (reservation === undefined)
    return [{ type: 'ReservationReleasedInAdvance' as const, data: { sku, orderId } }];
  const stock = stockOf(onHand, reserved - reservation.quantity);
  return [
    { type: 'StockReleased' as const, data: { sku, orderId, quantity: reservation.quantity, ...stock } },
  ];
};

const commit = ({ orderId }: Order, product: Known) => {
  if (product.committed.includes(orderId)) return [];
  if (product.released.includes(orderId)) return reject('reservation-released');
  const reservation = reservationOf(product, orderId);
  if (reservation === undefined) return reject('reservation-not-found');
  const { quantity } = reservation;
  const stock = stockOf(product.onHand - quantity, product.reserved - quantity);
  return [{ type: 'StockCommitted' as const, data: { sku: product.sku, orderId, quantity, ...stock } }];
};

const takeBack = ({ returnId, orderId, quantity }: Return, product: Known) => {
  if (product.returned.includes(returnId)) return [];
  const stock = stockOf(product.onHand + quantity, product.reserved);
  return [
    { type: 'StockReturned' as const, data: { sku: product.sku, returnId, orderId, quantity, ...stock } },
  ];
};

const writeOff = ({ returnId, orderId, quantity }: Return, product: Known) => {
  if (product.writtenOff.includes(returnId)) return [];
  const stock = stockOf(product.onHand, product.reserved);
  return [
    { type: 'StockWrittenOff' as const, data: { sku: product.sku, returnId, orderId, quantity, ...stock } },
  ];
};

const evolve = (product: Product, event: ProductEvent): Product => {
  if (event.type === 'ProductAdded')
    return {
      ...event.data,
      status: 'known',
      onHand: 0,
      reserved: 0,
      reservations: [],
      restocks: [],
      committed: [],
      released: [],
      returned: [],
      writtenOff: [],
    };
  if (product.status === 'unknown') throw new Error(`${event.type} of a product that was never added.`);
  switch (event.type) {
    case 'StockAdded':
      return {
        ...product,
        ...countOf(event.data),
        restocks: appendBounded(product.restocks, event.data.restockId),
      };
    case 'StockReserved':
      return {
        ...product,
        ...countOf(event.data),
        reservations: [...product.reservations, keptBy(event.data)],
      };
    case 'StockReleased':
      return { ...ended(product, event.data), released: appendBounded(product.released, event.data.orderId) };
    case 'StockCommitted':
      return {
        ...ended(product, event.data),
        committed: appendBounded(product.committed, event.data.orderId),
      };
    case 'StockReturned':
      return {
        ...product,
        ...countOf(event.data),
        returned: appendBounded(product.returned, event.data.returnId),
      };
    case 'StockWrittenOff':
      return { ...product, writtenOff: appendBounded(product.writtenOff, event.data.returnId) };
    case 'ReservationReleasedInAdvance':
      return { ...product, released: appendBounded(product.released, event.data.orderId) };
    default:
      return assertNever(event);
  }
};

const countOf = ({ onHand, reserved }: Stock) => ({ onHand, reserved });
const keptBy = ({ orderId, quantity }: Reservation): Reservation => ({ orderId, quantity });

const ended = (product: Known, { orderId, ...stock }: Order & Stock): Known => ({
  ...product,
  ...countOf(stock),
  reservations: product.reservations.filter((open) => open.orderId !== orderId),
});

export const product: Aggregate<ProductTypes> = {
  version: 2,
  initialState: { status: 'unknown' },
  decide,
  evolve,
  streamOf: (sku) => `product-${sku}`,
};

/** For audits: the invariant that a state violates, if any. No sequence of commands can lead to such a state. */
export const brokenRule = (state: Product): string | undefined =>
  state.status === 'unknown' || (state.reserved >= 0 && state.reserved <= state.onHand)
    ? undefined
    : 'reserved and free are not parts of what is on hand';
