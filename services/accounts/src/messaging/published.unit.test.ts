import { accountsEvents } from '@bankside/contracts';
import type { CustomerBlockEvent } from '@bankside/customer-closure';
import type { NumberChangeEvent } from '@bankside/mobile-number-change';
import { publicationContract } from '@bankside/kernel/testing';
import type { AccountEvent } from '../domain/account';
import type { TransferEvent } from '../domain/transfer';
import { published } from './published';

const holder = { accountNumber: '1000000017', customerId: 'ada', currency: 'EUR' };
const movement = { ...holder, amountCents: 100, balanceCents: 900 };
const transfer = {
  transferId: 't1',
  customerId: 'ada',
  recipientId: 'bob',
  fromAccount: holder.accountNumber,
  toAccount: '1000000025',
  amountCents: 100,
  currency: 'EUR',
};
const closure = { customerId: 'ada', closureId: 'l1' };
const numberChange = { customerId: 'ada', changeId: 'n1' };

publicationContract<AccountEvent | TransferEvent | NumberChangeEvent | CustomerBlockEvent>(
  published,
  accountsEvents,
  {
    AccountOpened: holder,
    MoneyDeposited: [
      { ...movement, depositId: 'd1', cashDesk: 'main' },
      { ...movement, depositId: 'd1', loanNumber: '2000000019' },
    ],
    MoneyWithdrawn: [
      { ...movement, withdrawalId: 'w1' },
      { ...movement, withdrawalId: 'w1', orderId: 'o1' },
      { ...movement, withdrawalId: 't1', transferId: 't1', counterparty: '1000000025', sentOn: '2026-01-31' },
    ],
    WithdrawalCancelled: { ...movement, withdrawalId: 'w1', orderId: 'o1' },
    WithdrawalCancelledInAdvance: { accountNumber: '1000000017', withdrawalId: 'w1' },
    RefundCredited: { ...movement, refundId: 'r1', orderId: 'o1' },
    AccountFrozen: holder,
    AccountUnfrozen: holder,
    AccountClosed: [holder, { ...holder, closureId: 'l1' }],
    AccountReopened: { ...holder, closureId: 'l1' },
    AccountReopenedInAdvance: { accountNumber: holder.accountNumber, closureId: 'l1' },
    TransferRequested: { ...transfer, purpose: 'Rent' },
    TransferCompleted: { transferId: 't1', customerId: 'ada' },
    TransferRejected: { transferId: 't1', customerId: 'ada', reason: 'counterparty-not-open' },
    TransferForgotten: { transferId: 't1' },
    CustomerBlocked: closure,
    CustomerUnblocked: closure,
    CustomerUnblockedInAdvance: closure,
    NumberChangeAcknowledged: numberChange,
    NumberChangeRejected: { ...numberChange, reason: 'loan-locked' },
    NumberChangeRolledBack: { ...numberChange, reason: 'loan-locked' },
  },
  [
    'WithdrawalCancelledInAdvance',
    'TransferForgotten',
    'AccountReopenedInAdvance',
    'CustomerBlocked',
    'CustomerUnblocked',
    'CustomerUnblockedInAdvance',
  ],
);
