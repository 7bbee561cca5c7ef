import { z } from 'zod';
import type { EventOf } from './contract';
import { currency, customerId, orderId, payWith, reason } from './fields';

/** A payment belongs to one order and bears its id. Free orders have payments of 0 cents. */
const payment = { orderId, customerId, amountCents: z.int().nonnegative(), currency, payWith };

export const paymentsEvents = {
  'payments.payment-authorized.v1': z.object(payment),
  'payments.payment-captured.v1': z.object(payment),
  'payments.payment-voided.v1': z.object(payment),
  'payments.payment-failed.v1': z.object({ ...payment, reason }),
  'payments.payment-refunded.v1': z.object(payment),
};
export type PaymentsEvent = EventOf<typeof paymentsEvents>;

/** Asks for a payment and its authorization in one request. */
export const requestPayment = z.strictObject(payment);
export type RequestPayment = z.infer<typeof requestPayment>;
