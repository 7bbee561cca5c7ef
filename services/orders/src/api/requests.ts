import { orderId, placeOrderRequest, reason } from '@bankside/contracts';
import { z } from 'zod';

export const placing = z.strictObject({ orderId, ...placeOrderRequest.shape });
export const orderPath = z.object({ orderId });
export const ending = z.strictObject({ reason });
