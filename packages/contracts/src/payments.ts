import { z } from 'zod';
import { event, sample, type EventOf } from './contract';
import { currency, customerId, orderId, payWith, reason, totalCents } from './fields';

/** A payment belongs to one order and has its id. The payment of a free order is 0 cents. */
const payment = { orderId, customerId, amountCents: totalCents, currency, payWith };
const aPayment = {
  orderId: sample.orderId,
  customerId: sample.customerId,
  amountCents: 2998,
  currency: 'EUR',
  payWith: { account: sample.accountNumber },
};

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
    'The captured payment was refunded, at most once.',
    { ...payment, reason: reason.optional() },
    { ...aPayment, reason: 'damaged' },
  ),
};
export type PaymentsEvent = EventOf<typeof paymentsEvents>;

export const paymentRequest = z.strictObject(payment);
