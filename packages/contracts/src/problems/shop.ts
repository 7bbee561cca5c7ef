import { NONE, CHECK_ID, type ProblemKind } from './kind';

/** Rejections of orders, payments and inventory. */
export const shopProblems = {
  'product-not-found': {
    status: 404,
    title: 'Product not found',
    when: 'The catalogue has no product with this SKU.',
    remedy: CHECK_ID,
  },
  'product-already-exists': {
    status: 409,
    title: 'Product already exists',
    when: 'The catalogue has a product with this SKU and other data.',
    remedy: 'Use another SKU.',
  },
  'out-of-stock': {
    status: 422,
    title: 'Out of stock',
    when: 'Fewer pieces are free than the order needs. The order ends as `rejected` with this reason.',
    remedy: 'Add stock, or order less.',
  },
  'reservation-not-found': {
    status: 404,
    title: 'Reservation not found',
    when: 'The product has no reservation for this order.',
    remedy: CHECK_ID,
  },
  'reservation-differs': {
    status: 409,
    title: 'Reservation differs',
    when: 'The order has reserved another quantity of this product.',
    remedy: NONE,
  },
  'reservation-released': {
    status: 409,
    title: 'Reservation released',
    when: 'The reservation was released, possibly before it arrived.',
    remedy: NONE,
  },
  'reservation-committed': {
    status: 409,
    title: 'Reservation committed',
    when: 'The reserved pieces are already sold.',
    remedy: NONE,
  },
  'order-not-found': {
    status: 404,
    title: 'Order not found',
    when: 'No order has this id.',
    remedy: CHECK_ID,
  },
  'order-already-placed': {
    status: 409,
    title: 'Order already placed',
    when: 'An order with this id exists with other data.',
    remedy: 'Use a new `Idempotency-Key`, from which the id is derived.',
  },
  'order-already-confirmed': {
    status: 409,
    title: 'Order already confirmed',
    when: 'The order is confirmed and cannot be rejected or cancelled.',
    remedy: NONE,
  },
  'order-already-rejected': {
    status: 409,
    title: 'Order already rejected',
    when: 'The order is rejected and cannot be confirmed or cancelled.',
    remedy: NONE,
  },
  'order-already-cancelled': {
    status: 409,
    title: 'Order already cancelled',
    when: 'The order is cancelled and cannot be confirmed or rejected.',
    remedy: NONE,
  },
  'order-under-way': {
    status: 409,
    title: 'Order under way',
    when: 'The customer cannot leave while an order is neither confirmed nor rejected nor cancelled.',
    remedy: 'Wait a few seconds, until the order has ended.',
  },
  'order-differs': {
    status: 409,
    title: 'Order differs',
    when: 'The order that a saga was started for is not the order that was placed. Nothing is reserved or paid.',
    remedy: NONE,
  },
  'order-too-large': {
    status: 422,
    title: 'Order too large',
    when: 'The total of the order exceeds the largest amount that one payment may have.',
    remedy: 'Split the order.',
  },
  'payment-not-found': {
    status: 404,
    title: 'Payment not found',
    when: 'The order has no payment.',
    remedy: CHECK_ID,
  },
  'payment-differs': {
    status: 409,
    title: 'Payment differs',
    when: 'The order has a payment of another amount or source.',
    remedy: NONE,
  },
  'payment-voided': {
    status: 409,
    title: 'Payment voided',
    when: 'The payment was voided, possibly before it was requested.',
    remedy: NONE,
  },
  'payment-failed': {
    status: 409,
    title: 'Payment failed',
    when: 'The payment has failed and cannot be captured or refunded.',
    remedy: NONE,
  },
  'payment-not-captured': {
    status: 409,
    title: 'Payment not captured',
    when: 'Only a captured payment can be refunded.',
    remedy: NONE,
  },
  'payment-already-captured': {
    status: 409,
    title: 'Payment already captured',
    when: 'A captured payment cannot be voided.',
    remedy: 'Refund it instead.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
