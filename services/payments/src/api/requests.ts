import { orderId, reason, paymentRequest } from '@bankside/contracts';
import { z } from 'zod';

export const payment = paymentRequest;
export const paymentPath = z.object({ orderId });
export const refund = z.strictObject({ reason: reason.optional() });
export const failure = z.strictObject({ reason });
