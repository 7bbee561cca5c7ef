import { majorUnits } from '@bankside/contracts/currencies';
import { groupBy } from '@bankside/std';
import type { Purchase } from './purchases';

/** Of every account, price and loan. */
export const CURRENCY = 'USD';

export type Line = Readonly<{ sku: string; quantity: number; unitPriceCents: number }>;

/** One purchase as an order. `depositCents` funds it; 0 leaves the order unfunded on purpose. */
export type PlannedOrder = Readonly<{
  key: string;
  lines: readonly Line[];
  depositCents: number;
  /** What follows the placing: a request to cancel it at once, or a return of one piece or of all once it is confirmed. */
  then?: 'cancel' | 'return-one' | 'return-all';
}>;

/** A loan that is paid out to the account of its customer, who sends a part to another customer and repays another part. */
export type PlannedLoan = Readonly<{
  totalCents: number;
  repaidCents: number;
  sentCents: number;
  /** The key of the customer who receives `sentCents`. */
  recipient: string;
}>;

export type PlannedCustomer = Readonly<{
  key: string;
  name: string;
  email: string;
  mobileNumber: string;
  /** In date order. */
  orders: readonly PlannedOrder[];
  loan?: PlannedLoan;
}>;

export type PlannedProduct = Readonly<{
  sku: string;
  title: string;
  unitPriceCents: number;
  /** One delivery for each order of the product. */
  deliveries: readonly Readonly<{ key: string; quantity: number }>[];
}>;

export type Plan = Readonly<{
  customers: readonly PlannedCustomer[];
  products: readonly PlannedProduct[];
  orders: number;
}>;

/** Every seventh customer funds only every second purchase, so that some payments fail. */
const DRY_CUSTOMER = 7;
/** Products of every thirteenth price get no stock, so that some reservations fail. */
const SCARCE_PRICE = 13;

/** Every eleventh order is cancelled at once, every ninth loses one piece again, and every fifteenth all. */
const CANCELLED = 11;
const ONE_RETURNED = 9;
const ALL_RETURNED = 15;

/** Every fifth customer takes a loan. */
const BORROWER = 5;
const LOAN = { totalCents: 10_000, repaidCents: 4_000, sentCents: 3_000 };

const thenOf = (index: number): Pick<PlannedOrder, 'then'> => {
  if (index % CANCELLED === CANCELLED - 1) return { then: 'cancel' };
  if (index % ONE_RETURNED === ONE_RETURNED - 1) return { then: 'return-one' };
  return index % ALL_RETURNED === ALL_RETURNED - 1 ? { then: 'return-all' } : {};
};

/** Splits a purchase into at most two lines whose prices differ by one cent, so that they sum up to the amount. */
const linesOf = ({ quantity, amountCents }: Purchase): Line[] => {
  const price = Math.floor(amountCents / quantity);
  const dearer = amountCents - price * quantity;
  return [
    { unitPriceCents: price, quantity: quantity - dearer },
    { unitPriceCents: price + 1, quantity: dearer },
  ]
    .filter((line) => line.quantity > 0)
    .map((line) => ({ sku: `cd-${line.unitPriceCents}`, ...line }));
};

const dollars = (cents: number): string => majorUnits(cents, 'USD');

const customerOf = (customer: string, purchases: readonly Purchase[]): PlannedCustomer => {
  const dry = Number(customer) % DRY_CUSTOMER === 0;
  const byDate = purchases.toSorted((a, b) => a.date.localeCompare(b.date));
  return {
    key: `customer-${customer}`,
    name: `Customer ${customer}`,
    email: `customer.${customer}@cdnow.example`,
    mobileNumber: `+407${customer.padStart(8, '0')}`,
    orders: byDate.map((purchase, index) => ({
      key: purchase.key,
      lines: linesOf(purchase),
      depositCents: dry && index % 2 === 1 ? 0 : purchase.amountCents,
      ...thenOf(Number(customer) + index),
    })),
  };
};

/** The recipient is the customer before, who does not depend on the purchases that follow. */
const loanOf = (
  { key }: PlannedCustomer,
  before: PlannedCustomer | undefined,
): Pick<PlannedCustomer, 'loan'> =>
  before !== undefined && Number(key.slice('customer-'.length)) % BORROWER === 0
    ? { loan: { ...LOAN, recipient: before.key } }
    : {};

const productsOf = (orders: readonly PlannedOrder[]): PlannedProduct[] => {
  const wanted = orders.flatMap(({ key, lines }) => lines.map((line) => ({ key, ...line })));
  return [...groupBy(wanted, ({ sku }) => sku)].map(([sku, lines]) => {
    const { unitPriceCents } = lines[0]!;
    const scarce = unitPriceCents % SCARCE_PRICE === SCARCE_PRICE - 1;
    const deliveries = scarce ? [] : lines.map(({ key, quantity }) => ({ key, quantity }));
    return { sku, title: `CD at ${dollars(unitPriceCents)} dollars`, unitPriceCents, deliveries };
  });
};

/** Plans the requests for the purchases. The order of a purchase does not depend on the purchases after it. */
export const planOf = (purchases: readonly Purchase[]): Plan => {
  const buyers = [...groupBy(purchases, ({ customer }) => customer)].map(([customer, theirs]) =>
    customerOf(customer, theirs),
  );
  const customers = buyers.map((buyer, index) => ({ ...buyer, ...loanOf(buyer, buyers[index - 1]) }));
  const orders = customers.flatMap((customer) => customer.orders);
  return { customers, products: productsOf(orders), orders: orders.length };
};
