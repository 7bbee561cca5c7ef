import { orderId, ordersEvents, placeOrderRequest, reason } from '@bankside/contracts';
import { z } from 'zod';

export const placing = z.strictObject({ orderId, ...placeOrderRequest.shape });
/** An order as another service knows it. */
export const verification = ordersEvents['orders.order-placed.v1'].omit({ orderId: true }).strict();
export const orderPath = z.object({ orderId });
export const ending = z.strictObject({ reason });
