import { z } from 'zod';
import { event, sample, type EventOf } from './contract';
import { currency, customerId, orderId, payWith, reason, totalCents } from './fields';

/** A payment belongs to one order and bears its id. Free orders have payments of 0 cents. */
const payment = { orderId, customerId, amountCents: totalCents, currency, payWith };
const aPayment = {
  orderId: sample.orderId,
  customerId: sample.customerId,
  amountCents: 2998,
  currency: 'EUR',
  payWith: { account: sample.accountNumber },
};

export const paymentsEvents = {
  'payments.payment-authorized.v1': event('The order may be paid; no money moved yet.', payment, aPayment),
  'payments.payment-captured.v1': event('The money is the shop’s.', payment, aPayment),
  'payments.payment-voided.v1': event('The payment was called off before its capture.', payment, aPayment),
  'payments.payment-failed.v1': event(
    'The payment could not be made.',
    { ...payment, reason },
    { ...aPayment, reason: 'insufficient-funds' },
  ),
  'payments.payment-refunded.v1': event(
    'The captured money was given back, which happens once at most.',
    { ...payment, reason: reason.optional() },
    { ...aPayment, reason: 'damaged' },
  ),
};
export type PaymentsEvent = EventOf<typeof paymentsEvents>;

/** Asks for a payment and its authorization in one request. */
export const requestPayment = z.strictObject(payment);
export type RequestPayment = z.infer<typeof requestPayment>;
