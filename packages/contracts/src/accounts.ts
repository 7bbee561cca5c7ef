import * as z from 'zod';
import { event, sample, type EventOf } from './contract';
import {
  accountNumber,
  amountCents,
  balanceCents,
  cardNumber,
  cashDesk,
  MAIN_CASH_DESK,
  currency,
  customerId,
  loanNumber,
  operationId,
  orderId,
  purpose,
  reason,
  transferId,
} from './fields';
import { numberChangeEvents } from './number-changes';

const account = { accountNumber, customerId, currency };
const counterpart = {
  transferId: transferId.optional(),
  counterparty: accountNumber.optional().meta({ description: 'The other account of the transfer' }),
  loanNumber: loanNumber.optional(),
  cashDesk: cashDesk.optional(),
};
const withdrawal = {
  ...account,
  withdrawalId: operationId,
  orderId: orderId.optional(),
  cardNumber: cardNumber.optional(),
  ...counterpart,
  amountCents,
  balanceCents,
};
const transfer = { transferId, customerId };

const {
  accountNumber: number,
  customerId: holder,
  currency: euro,
  operationId: operation,
  orderId: order,
} = sample;
const anAccount = { accountNumber: number, customerId: holder, currency: euro };
const aTransfer = { transferId: operation, customerId: holder };
const aWithdrawal = { ...anAccount, withdrawalId: operation, orderId: order, amountCents: 2998 };

export const accountsEvents = {
  'accounts.account-opened.v1': event(
    'A savings account was opened.',
    { ...account, kind: z.literal('savings'), balanceCents },
    { ...anAccount, kind: 'savings', balanceCents: 0 },
  ),
  'accounts.money-deposited.v1': event(
    'Money was deposited: by a transfer if `transferId` is set, as the payout of a loan if `loanNumber` is set, else in cash. `balanceCents` is the balance afterwards.',
    { ...account, depositId: operationId, ...counterpart, amountCents, balanceCents },
    { ...anAccount, depositId: operation, amountCents: 10_000, balanceCents: 10_000 },
  ),
  'accounts.money-withdrawn.v1': event(
    'Money was withdrawn: for an order if `orderId` is set, to pay a credit card if `cardNumber` is set, for a transfer if `transferId` is set, to repay a loan if `loanNumber` is set, else in cash.',
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
  'accounts.transfer-requested.v1': event(
    'A transfer was requested. `customerId` holds the account that pays, `recipientId` the one that is paid. Its purpose is not published.',
    {
      ...transfer,
      recipientId: customerId,
      fromAccount: accountNumber,
      toAccount: accountNumber,
      amountCents,
      currency,
    },
    {
      ...aTransfer,
      recipientId: '9b2d6c1e-7f04-8a35-b6c8-4e5d1f2a3b4c',
      fromAccount: number,
      toAccount: '1000000025',
      amountCents: 2998,
      currency: euro,
    },
  ),
  'accounts.transfer-completed.v1': event(
    'The transfer was completed: the money is on the account of the recipient.',
    transfer,
    aTransfer,
  ),
  'accounts.transfer-rejected.v1': event(
    'The transfer was rejected: the money is on the account of the sender.',
    { ...transfer, reason },
    { ...aTransfer, reason: 'counterparty-not-open' },
  ),
  'accounts.number-change-acknowledged.v1': numberChangeEvents.acknowledged,
  'accounts.number-change-rejected.v1': numberChangeEvents.rejected,
  'accounts.number-change-rolled-back.v1': numberChangeEvents.rolledBack,
};
export type AccountsEvent = EventOf<typeof accountsEvents>;

export const openAccountRequest = z.strictObject({ currency: currency.default('EUR') });
/** In cash, at a cash desk. */
export const moveCashRequest = z.strictObject({ amountCents, cashDesk: cashDesk.default(MAIN_CASH_DESK) });
/** Both accounts must be of this currency. */
export const transferMoneyRequest = z.strictObject({
  fromAccount: accountNumber,
  toAccount: accountNumber,
  amountCents,
  currency: currency.default('EUR'),
  purpose: purpose.optional(),
});
