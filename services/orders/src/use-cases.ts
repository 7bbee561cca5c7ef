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
import { canonicalJson, defined } from '@bankside/std';
import {
  isUnderWay,
  type Order,
  type OrderCommand,
  type OrderRejection,
  type OrderReturn,
  type OrderTypes,
  type PayWith,
  type Placed,
} from './domain/order';

type OrderUseCaseDeps = Readonly<{
  orders: CommandHandler<OrderTypes>;
  customers: Pick<CustomerReplica, 'find'>;
  products: ProductReplica;
  terms: OrderTerms;
}>;
/** The terms of an order, fixed when it is placed and confirmed. */
export type OrderTerms = Readonly<{ reservationSeconds: number; returnDays: number }>;
type PricingRejection = 'product-not-found' | 'currency-mismatch';

type Line = Readonly<{ sku: string; quantity: number }>;
type Priced = Pick<DataOf<OrderCommand, 'PlaceOrder'>, 'lines' | 'currency'>;
type Wish = Omit<DataOf<OrderCommand, 'PlaceOrder'>, 'lines' | 'currency' | 'reservationSeconds'> &
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
type OrderClaim = Pick<Placed, 'customerId' | 'lines' | 'totalCents' | 'currency'> &
  Readonly<{ payWith?: PayWith | undefined; reservationSeconds?: number | undefined }>;

const claimOf = ({
  customerId,
  lines,
  totalCents,
  currency,
  payWith,
  reservationSeconds,
}: OrderClaim): string =>
  canonicalJson({ customerId, lines, totalCents, currency, ...defined({ payWith, reservationSeconds }) });

/** Why an order may not be paid and delivered as claimed; undefined if it was placed so and has not ended. */
export const rejectionOfClaim = (
  claim: OrderClaim,
  order: Order,
): OrderRejection | 'order-differs' | undefined => {
  if (order.status === 'unplaced') return 'order-not-found';
  if (claimOf(claim) !== claimOf(order)) return 'order-differs';
  if (order.status === 'rejected' || order.status === 'cancelled') return `order-already-${order.status}`;
  return isUnderWay(order.status) ? undefined : 'order-already-confirmed';
};

/** A return as the message that starts its saga describes it. */
type ReturnClaim = Pick<Placed, 'customerId' | 'currency'> &
  Pick<OrderReturn, 'lines' | 'refundCents'> &
  Readonly<{ payWith?: PayWith | undefined }>;

/** Why nothing may be refunded as claimed; undefined if the return was accepted so and has not ended. */
export const rejectionOfReturnClaim = (
  claim: ReturnClaim,
  order: Order,
  returnId: string,
): OrderRejection | 'return-differs' | undefined => {
  if (order.status === 'unplaced') return 'order-not-found';
  const accepted = order.returns.find((one) => one.returnId === returnId);
  if (accepted === undefined) return 'return-not-found';
  if (accepted.status !== 'accepted') return `return-already-${accepted.status}`;
  const asOne = ({ customerId, currency, lines, refundCents, payWith }: ReturnClaim): string =>
    canonicalJson({ customerId, currency, lines, refundCents, ...defined({ payWith }) });
  return asOne(claim) === asOne({ ...order, ...accepted }) ? undefined : 'return-differs';
};

const DAY_MS = 24 * 60 * 60 * 1000;

/** The commands that need more than the state of one order. All others go straight to the command handler. */
export const orderUseCases = ({ orders, customers, products, terms }: OrderUseCaseDeps) => ({
  /** Places an order of an active customer, at the current prices of this service's replica. */
  placeOrder: ({ lines, ...order }: Wish, context: CommandContext) =>
    orders.handle<InactiveCustomer | PricingRejection>(
      order.orderId,
      async () => {
        const [rejected, priced] = await Promise.all([
          rejectInactive(customers, order.customerId),
          price(products, lines),
        ]);
        if (rejected !== undefined) return rejected;
        if (!('currency' in priced)) return priced;
        const { reservationSeconds } = terms;
        return { type: 'PlaceOrder', data: { ...order, ...priced, reservationSeconds } };
      },
      context,
    ),

  /** Confirms an order, whose pieces may be returned for some days from now on. */
  confirmOrder: (orderId: string, context: CommandContext) => {
    const returnableUntil = new Date(Date.parse(context.at) + terms.returnDays * DAY_MS).toISOString();
    return orders.handle(orderId, { type: 'ConfirmOrder', data: { returnableUntil } }, context);
  },

  acceptReturn: (
    orderId: string,
    asked: Omit<DataOf<OrderCommand, 'AcceptReturn'>, 'at'>,
    context: CommandContext,
  ) => orders.handle(orderId, { type: 'AcceptReturn', data: { ...asked, at: context.at } }, context),
});
