import { orderId, reason, requestPayment } from '@bankside/contracts';
import { z } from 'zod';

export const payment = requestPayment;
export const paymentPath = z.object({ orderId });
export const refund = z.strictObject({ reason: reason.optional() });
export const failure = z.strictObject({ reason });
