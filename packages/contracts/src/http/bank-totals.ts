import * as z from 'zod';
import { count, currency } from '../fields';
import type { Operations } from './operation';

export const bankTotalsOperations = {
  getBankTotals: {
    method: 'get',
    path: '/api/bank-totals/{currency}',
    summary: 'Read the totals of the whole bank and shop',
    params: z.strictObject({ currency }),
    success: {
      status: 200,
      description: 'Money in = money held + money spent.',
      schema: z.looseObject({
        currency,
        moneyInCents: count,
        moneyHeldCents: count,
        moneySpentCents: count,
      }),
    },
    problems: { 404: ['not-found'], 503: ['view-behind'] },
    roles: ['teller', 'operator'],
  },
} satisfies Operations;
