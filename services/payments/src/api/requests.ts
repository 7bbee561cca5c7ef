import { amountCents, cashDesk, operationId, orderId, reason, paymentRequest } from '@bankside/contracts';
import * as z from 'zod';

export const payment = paymentRequest;
export const paymentPath = z.object({ orderId });
export const refund = z.strictObject({ refundId: operationId, amountCents });
export const refundPath = z.object({ orderId, refundId: operationId });
export const payout = z.strictObject({ cashDesk });
export const failure = z.strictObject({ reason });
