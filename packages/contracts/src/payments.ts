import * as z from 'zod';
import { event, sample, type EventOf } from './contract';
import {
  amountCents,
  cashDesk,
  MAIN_CASH_DESK,
  currency,
  customerId,
  operationId,
  orderId,
  payWith,
  reason,
  totalCents,
} from './fields';

/** A payment belongs to one order and has its id. A free order has none. */
const payment = { orderId, customerId, amountCents: totalCents, currency, payWith };
const aPayment = {
  orderId: sample.orderId,
  customerId: sample.customerId,
  amountCents: 2998,
  currency: 'EUR',
  payWith: { account: sample.accountNumber },
};

/** One of the parts in which a captured payment is refunded. */
const refund = { ...payment, refundId: operationId, amountCents };
const aRefund = { ...aPayment, refundId: sample.operationId, amountCents: 1499 };

export const paymentsEvents = {
  'payments.payment-authorized.v1': event(
    'The payment was authorized; no money has moved yet.',
    payment,
    aPayment,
  ),
  'payments.payment-captured.v1': event(
    'The payment was captured: the money belongs to the shop.',
    payment,
    aPayment,
  ),
  'payments.payment-voided.v1': event('The payment was voided before its capture.', payment, aPayment),
  'payments.payment-failed.v1': event(
    'The payment failed.',
    { ...payment, reason },
    { ...aPayment, reason: 'insufficient-funds' },
  ),
  'payments.payment-refunded.v1': event(
    'A part of the captured payment is refunded. `refundedCents` is the sum of all parts, at most what was captured.',
    { ...refund, refundedCents: amountCents },
    { ...aRefund, refundedCents: 1499 },
  ),
  'payments.refund-held.v1': event(
    'Neither the payer nor another account of the customer could take a refund: the shop owes it until staff pays it out.',
    refund,
    aRefund,
  ),
  'payments.refund-paid-out.v1': event(
    'Staff paid out a held refund in cash.',
    { ...refund, cashDesk: cashDesk.optional() },
    { ...aRefund, cashDesk: MAIN_CASH_DESK },
  ),
};
export type PaymentsEvent = EventOf<typeof paymentsEvents>;

/** In cash, at a cash desk. */
export const payOutRefundRequest = z.strictObject({ cashDesk: cashDesk.default(MAIN_CASH_DESK) });
export const paymentRequest = z.strictObject(payment);
