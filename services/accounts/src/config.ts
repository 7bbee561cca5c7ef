import { MAX_AMOUNT_CENTS } from '@bankside/contracts';
import { eventSourcedConfig } from '@bankside/event-sourced';
import * as z from 'zod';

export const accountsConfig = {
  ...eventSourcedConfig,
  TRANSFER_LIMIT_CENTS: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_AMOUNT_CENTS)
    .default(1_000_000)
    .describe(
      'How much the transfers of one day (UTC) from one account may sum to, in the minor unit of its currency',
    ),
};
