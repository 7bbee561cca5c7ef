import { z } from 'zod';
import { event, sample, type EventOf } from './contract';
import {
  accountNumber,
  amountCents,
  balanceCents,
  cardNumber,
  currency,
  customerId,
  operationId,
  orderId,
} from './fields';
import { numberChangeEvents } from './number-changes';

const account = { accountNumber, customerId, currency };
const withdrawal = {
  ...account,
  withdrawalId: operationId,
  orderId: orderId.optional(),
  cardNumber: cardNumber.optional(),
  amountCents,
  balanceCents,
};

const {
  accountNumber: number,
  customerId: holder,
  currency: euro,
  operationId: operation,
  orderId: order,
} = sample;
const anAccount = { accountNumber: number, customerId: holder, currency: euro };
const aWithdrawal = { ...anAccount, withdrawalId: operation, orderId: order, amountCents: 2998 };

export const accountsEvents = {
  'accounts.account-opened.v1': event(
    'A savings account was opened.',
    { ...account, kind: z.literal('savings'), balanceCents },
    { ...anAccount, kind: 'savings', balanceCents: 0 },
  ),
  'accounts.money-deposited.v1': event(
    'Money was deposited. `balanceCents` is the balance afterwards.',
    { ...account, depositId: operationId, amountCents, balanceCents },
    { ...anAccount, depositId: operation, amountCents: 10_000, balanceCents: 10_000 },
  ),
  'accounts.money-withdrawn.v1': event(
    'Money was withdrawn: for an order if `orderId` is set, to pay a credit card if `cardNumber` is set, else in cash.',
    withdrawal,
    {
      ...aWithdrawal,
      balanceCents: 7002,
    },
  ),
  'accounts.withdrawal-cancelled.v1': event(
    'A withdrawal was cancelled: the money is back on the account.',
    withdrawal,
    {
      ...aWithdrawal,
      balanceCents: 10_000,
    },
  ),
  'accounts.refund-credited.v1': event(
    'A refund of an order was credited, also to a frozen account. `balanceCents` is the balance afterwards.',
    { ...account, refundId: operationId, orderId, amountCents, balanceCents },
    { ...anAccount, refundId: operation, orderId: order, amountCents: 1499, balanceCents: 8501 },
  ),
  'accounts.account-frozen.v1': event(
    'The account was frozen: until it is unfrozen, it takes and pays out no money; only refunds and cancelled withdrawals come back.',
    account,
    anAccount,
  ),
  'accounts.account-unfrozen.v1': event('The account was unfrozen.', account, anAccount),
  'accounts.account-closed.v1': event('The empty account was closed.', account, anAccount),
  'accounts.account-reopened.v1': event(
    'The account is open again: its customer was to leave and stays. A withdrawal of the balance is cancelled.',
    account,
    anAccount,
  ),
  'accounts.number-change-acknowledged.v1': numberChangeEvents.acknowledged,
  'accounts.number-change-rejected.v1': numberChangeEvents.rejected,
  'accounts.number-change-rolled-back.v1': numberChangeEvents.rolledBack,
};
export type AccountsEvent = EventOf<typeof accountsEvents>;

export const openAccountRequest = z.strictObject({ currency: currency.default('EUR') });
export const moveMoneyRequest = z.strictObject({ amountCents });
