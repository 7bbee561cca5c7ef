import { z } from 'zod';
import type { EventOf } from './contract';
import { accountNumber, amountCents, balanceCents, currency, customerId, id, orderId } from './fields';

const account = { accountNumber, customerId, currency };

export const accountsEvents = {
  'accounts.account-opened.v1': z.object({ ...account, kind: z.literal('savings'), balanceCents }),
  'accounts.money-deposited.v1': z.object({ ...account, depositId: id, amountCents, balanceCents }),
  'accounts.money-withdrawn.v1': z.object({
    ...account,
    withdrawalId: id,
    orderId: orderId.optional(),
    amountCents,
    balanceCents,
  }),
  /** The money is back on the account. */
  'accounts.withdrawal-cancelled.v1': z.object({
    ...account,
    withdrawalId: id,
    orderId: orderId.optional(),
    amountCents,
    balanceCents,
  }),
  'accounts.account-frozen.v1': z.object(account),
  'accounts.account-closed.v1': z.object(account),
};
export type AccountsEvent = EventOf<typeof accountsEvents>;

export const openAccount = z.strictObject({ currency: currency.default('EUR') });
export const moveMoney = z.strictObject({ amountCents });
