import { orderId, placeOrder, reason } from '@bankside/contracts';
import { z } from 'zod';

export const placing = z.strictObject({ orderId, ...placeOrder.shape });
export const orderPath = z.object({ orderId });
export const ending = z.strictObject({ reason });
