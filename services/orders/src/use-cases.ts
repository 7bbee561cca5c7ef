import {
  reject,
  type CommandContext,
  type CommandHandler,
  type DataOf,
  type Rejected,
} from '@bankside/kernel';
import {
  rejectInactive,
  type CustomerReplica,
  type InactiveCustomer,
  type ProductReplica,
  type ReplicatedProduct,
} from '@bankside/replicas';
import { canonicalJson } from '@bankside/std';
import {
  isUnderWay,
  type Order,
  type OrderCommand,
  type OrderRejection,
  type OrderTypes,
  type Placed,
} from './domain/order';

export type OrderUseCaseDeps = Readonly<{
  orders: CommandHandler<OrderTypes>;
  customers: Pick<CustomerReplica, 'find'>;
  products: ProductReplica;
}>;
type PricingRejection = 'product-not-found' | 'currency-mismatch';

type Line = Readonly<{ sku: string; quantity: number }>;
type Priced = Pick<DataOf<OrderCommand, 'PlaceOrder'>, 'lines' | 'currency'>;
type Wish = Omit<DataOf<OrderCommand, 'PlaceOrder'>, 'lines' | 'currency'> &
  Readonly<{ lines: readonly Line[] }>;

/** Adds current prices to the lines, which must all be in one currency. */
const price = async (
  products: ProductReplica,
  lines: readonly Line[],
): Promise<Priced | Rejected<PricingRejection>> => {
  const known = await products.find([...new Set(lines.map(({ sku }) => sku))]);
  const found = lines.flatMap((line): readonly (Line & ReplicatedProduct)[] => {
    const product = known.get(line.sku);
    return product === undefined ? [] : [{ ...product, ...line }];
  });
  if (found.length < lines.length) return reject('product-not-found');
  const [currency, ...others] = new Set(found.map((line) => line.currency));
  if (currency === undefined || others.length > 0) return reject('currency-mismatch');
  return {
    currency,
    lines: found.map(({ sku, quantity, unitPriceCents }) => ({ sku, quantity, unitPriceCents })),
  };
};

/** An order as the message that starts its saga describes it. */
export type OrderClaim = Pick<Placed, 'customerId' | 'lines' | 'totalCents' | 'currency' | 'payWith'>;

const claimOf = ({ customerId, lines, totalCents, currency, payWith }: OrderClaim): string =>
  canonicalJson({ customerId, lines, totalCents, currency, payWith });

/** Why an order may not be paid and delivered as claimed; undefined if it was placed so and has not ended. */
export const rejectionOfClaim = (
  claim: OrderClaim,
  order: Order,
): OrderRejection | 'order-differs' | undefined => {
  if (order.status === 'unplaced') return 'order-not-found';
  if (!isUnderWay(order.status)) return `order-already-${order.status}`;
  return claimOf(claim) === claimOf(order) ? undefined : 'order-differs';
};

/** The commands that need more than the state of one order. All others go straight to the command handler. */
export const orderUseCases = ({ orders, customers, products }: OrderUseCaseDeps) => ({
  /** Places an order of an active customer, at the current prices of this service's replica. */
  placeOrder: ({ lines, ...order }: Wish, context: CommandContext) =>
    orders.handle<InactiveCustomer | PricingRejection>(
      order.orderId,
      async () => {
        const rejected = await rejectInactive(customers, order.customerId);
        if (rejected !== undefined) return rejected;
        const priced = await price(products, lines);
        return 'currency' in priced ? { type: 'PlaceOrder', data: { ...order, ...priced } } : priced;
      },
      context,
    ),
});
