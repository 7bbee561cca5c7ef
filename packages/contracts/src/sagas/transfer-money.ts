import { majorUnits } from '../currencies';
import * as z from 'zod';
import { accountNumber, amountCents, currency, customerId, transferId } from '../fields';
import type { SagaContract } from './saga-contract';

/** The purpose of a transfer is personal, so it stays with `accounts`: Temporal keeps inputs in histories. */
const transfer = z
  .strictObject({
    transferId,
    /** Who holds the account that pays. */
    customerId,
    fromAccount: accountNumber,
    toAccount: accountNumber,
    amountCents,
    currency,
  })
  .readonly();
export type Transfer = z.output<typeof transfer>;

export const transferMoneySaga: SagaContract<Transfer> = {
  name: 'transfer-money',
  workflowType: 'transferMoney',
  input: transfer,
  idOf: ({ transferId: id }) => id,
  firstStep: () => 'withdraw',
  summary: ({ amountCents: cents, currency: unit, toAccount }) =>
    `Transfer of ${majorUnits(cents, unit)} ${unit} to account ${toAccount}`,
  details: ({ fromAccount }) => `From account ${fromAccount}`,
  searchedBy: ({ customerId: id }) => ({ customerId: id }),
};
