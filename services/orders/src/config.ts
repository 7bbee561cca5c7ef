import { eventSourcedConfig } from '@bankside/event-sourced';
import * as z from 'zod';

export const ordersConfig = {
  ...eventSourcedConfig,
  RESERVATION_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(120)
    .describe('How long stock stays reserved for an order that is not paid yet; then the order is rejected'),
  RETURN_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3_650)
    .default(30)
    .describe('Days after the confirmation in which pieces of an order may be returned'),
};
