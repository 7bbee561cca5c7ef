import { specFor } from '@bankside/kernel/testing';
import { product, type ProductCommand, type ProductEvent } from './product';

// The rules of one product as history, command, outcome. No clock, no store, no randomness.
const given = specFor(product);
const sku = 'cd-1';
const description = { sku, title: 'Kind of Blue', unitPriceCents: 1499, currency: 'EUR' };
const stock = (onHand: number, reserved: number) => ({ onHand, reserved, free: onHand - reserved });

const added: ProductEvent = { type: 'ProductAdded', data: description };
const restocked: ProductEvent = {
  type: 'StockAdded',
  data: { sku, restockId: 'r1', quantity: 10, ...stock(10, 0) },
};
const reserved = (quantity: number, orderId = 'o1', before = 0): ProductEvent => ({
  type: 'StockReserved',
  data: { sku, orderId, quantity, ...stock(10, before + quantity) },
});
const released = (quantity: number): ProductEvent => ({
  type: 'StockReleased',
  data: { sku, orderId: 'o1', quantity, ...stock(10, 0) },
});
const committed = (quantity: number): ProductEvent => ({
  type: 'StockCommitted',
  data: { sku, orderId: 'o1', quantity, ...stock(10 - quantity, 0) },
});
const releasedInAdvance: ProductEvent = {
  type: 'ReservationReleasedInAdvance',
  data: { sku, orderId: 'o1' },
};

const add = (other: Partial<typeof description> = {}): ProductCommand => ({
  type: 'AddProduct',
  data: { ...description, ...other },
});
const restock: ProductCommand = { type: 'AddStock', data: { restockId: 'r1', quantity: 10 } };
const reserve = (quantity: number, orderId = 'o1'): ProductCommand => ({
  type: 'ReserveStock',
  data: { orderId, quantity },
});
const release: ProductCommand = { type: 'ReleaseStock', data: { orderId: 'o1' } };
const commit: ProductCommand = { type: 'CommitStock', data: { orderId: 'o1' } };

const stocked = [added, restocked] as const;

describe('adding a product', () => {
  it('adds it', () => given().when(add()).then(added));
  it('does nothing when repeated', () =>
    given(...stocked)
      .when(add())
      .thenNothing());
  it.each([{ title: 'Blue Train' }, { unitPriceCents: 1500 }, { currency: 'USD' }])(
    'rejects a different product under the same sku: %j',
    (other) => given(added).when(add(other)).thenRejected('product-already-exists'),
  );
});

describe('restocking', () => {
  it('adds free pieces', () => given(added).when(restock).then(restocked));
  it('does nothing when repeated', () =>
    given(...stocked)
      .when(restock)
      .thenNothing());
  it('leaves reserved pieces reserved', () =>
    given(...stocked, reserved(4))
      .when({ type: 'AddStock', data: { restockId: 'r2', quantity: 1 } })
      .then({ type: 'StockAdded', data: { sku, restockId: 'r2', quantity: 1, ...stock(11, 4) } }));
  it('rejects before the product is added', () => given().when(restock).thenRejected('product-not-found'));
});

describe('reserving', () => {
  it('reserves the last free piece', () =>
    given(...stocked)
      .when(reserve(10))
      .then(reserved(10)));
  it('rejects one piece more', () =>
    given(...stocked)
      .when(reserve(11))
      .thenRejected('out-of-stock'));
  it('reserves what another order left', () =>
    given(...stocked, reserved(7))
      .when(reserve(3, 'o2'))
      .then(reserved(3, 'o2', 7)));
  it('rejects one piece more than another order left', () =>
    given(...stocked, reserved(7))
      .when(reserve(4, 'o2'))
      .thenRejected('out-of-stock'));
  it('reserves what another order released', () =>
    given(...stocked, reserved(10), released(10))
      .when(reserve(10, 'o2'))
      .then(reserved(10, 'o2')));
  it('does not reserve what another order bought', () =>
    given(...stocked, reserved(10), committed(10))
      .when(reserve(1, 'o2'))
      .thenRejected('out-of-stock'));
  it('does nothing when repeated', () =>
    given(...stocked, reserved(10))
      .when(reserve(10))
      .thenNothing());
  it('does nothing when repeated after the commitment', () =>
    given(...stocked, reserved(10), committed(10))
      .when(reserve(10))
      .thenNothing());
  it('rejects a different quantity for the same order', () =>
    given(...stocked, reserved(2))
      .when(reserve(3))
      .thenRejected('reservation-differs'));
  it('rejects a reservation whose release arrived first', () =>
    given(...stocked, releasedInAdvance)
      .when(reserve(1))
      .thenRejected('reservation-released'));
  it('rejects a reservation that was released', () =>
    given(...stocked, reserved(1), released(1))
      .when(reserve(1))
      .thenRejected('reservation-released'));
  it('rejects before the product is added', () => given().when(reserve(1)).thenRejected('product-not-found'));
});

describe('releasing', () => {
  it('frees the pieces', () =>
    given(...stocked, reserved(4))
      .when(release)
      .then(released(4)));
  it('does nothing when repeated', () =>
    given(...stocked, reserved(4), released(4))
      .when(release)
      .thenNothing());
  it('records the release of an unknown reservation', () =>
    given(...stocked)
      .when(release)
      .then(releasedInAdvance));
  it('does nothing when repeated for an unknown operation', () =>
    given(...stocked, releasedInAdvance)
      .when(release)
      .thenNothing());
  it('rejects a committed reservation', () =>
    given(...stocked, reserved(4), committed(4))
      .when(release)
      .thenRejected('reservation-committed'));
  it('rejects before the product is added', () => given().when(release).thenRejected('product-not-found'));
});

describe('committing', () => {
  it('removes the pieces from stock', () =>
    given(...stocked, reserved(4))
      .when(commit)
      .then(committed(4)));
  it('does nothing when repeated', () =>
    given(...stocked, reserved(4), committed(4))
      .when(commit)
      .thenNothing());
  it('rejects a released reservation', () =>
    given(...stocked, reserved(4), released(4))
      .when(commit)
      .thenRejected('reservation-released'));
  it('rejects an unknown reservation', () =>
    given(...stocked)
      .when(commit)
      .thenRejected('reservation-not-found'));
  it('rejects before the product is added', () => given().when(commit).thenRejected('product-not-found'));
});

describe('returning sold pieces', () => {
  const sold = [...stocked, reserved(4), committed(4)];
  const data = { returnId: 'b1', orderId: 'o1', quantity: 3 };
  const returned: ProductEvent = { type: 'StockReturned', data: { sku, ...data, ...stock(9, 0) } };
  const writtenOff: ProductEvent = { type: 'StockWrittenOff', data: { sku, ...data, ...stock(6, 0) } };
  const takeBack: ProductCommand = { type: 'ReturnStock', data };
  const writeOff: ProductCommand = { type: 'WriteOffStock', data };

  it('makes them free again', () =>
    given(...sold)
      .when(takeBack)
      .then(returned));
  it('leaves the stock as it is when they are written off', () =>
    given(...sold)
      .when(writeOff)
      .then(writtenOff));
  it('does nothing when repeated', () => {
    given(...sold, returned)
      .when(takeBack)
      .thenNothing();
    given(...sold, writtenOff)
      .when(writeOff)
      .thenNothing();
  });
  it('can write off other pieces of the same return', () =>
    given(...sold, returned)
      .when({ type: 'WriteOffStock', data: { ...data, quantity: 1 } })
      .then({ type: 'StockWrittenOff', data: { sku, ...data, quantity: 1, ...stock(9, 0) } }));
  it('rejects before the product is added', () => {
    given().when(takeBack).thenRejected('product-not-found');
    given().when(writeOff).thenRejected('product-not-found');
  });
});

describe('folding a corrupt stream', () => {
  it('throws', () => expect(() => given(restocked).thenState({ status: 'unknown' })).toThrow('StockAdded'));
});
