import { accountsEvents } from '@bankside/contracts';
import type { CustomerBlockEvent } from '@bankside/customer-closure';
import type { NumberChangeEvent } from '@bankside/mobile-number-change';
import { publicationContract } from '@bankside/kernel/testing';
import type { AccountEvent } from '../domain/account';
import { published } from './published';

const holder = { accountNumber: '1000000017', customerId: 'ada', currency: 'EUR' };
const movement = { ...holder, amountCents: 100, balanceCents: 900 };
const closure = { customerId: 'ada', closureId: 'l1' };
const numberChange = { customerId: 'ada', changeId: 'n1' };

publicationContract<AccountEvent | NumberChangeEvent | CustomerBlockEvent>(
  published,
  accountsEvents,
  {
    AccountOpened: holder,
    MoneyDeposited: { ...movement, depositId: 'd1' },
    MoneyWithdrawn: [
      { ...movement, withdrawalId: 'w1' },
      { ...movement, withdrawalId: 'w1', orderId: 'o1' },
    ],
    WithdrawalCancelled: { ...movement, withdrawalId: 'w1', orderId: 'o1' },
    WithdrawalCancelledInAdvance: { accountNumber: '1000000017', withdrawalId: 'w1' },
    RefundCredited: { ...movement, refundId: 'r1', orderId: 'o1' },
    AccountFrozen: holder,
    AccountUnfrozen: holder,
    AccountClosed: [holder, { ...holder, closureId: 'l1' }],
    AccountReopened: { ...holder, closureId: 'l1' },
    AccountReopenedInAdvance: { accountNumber: holder.accountNumber, closureId: 'l1' },
    CustomerBlocked: closure,
    CustomerUnblocked: closure,
    CustomerUnblockedInAdvance: closure,
    NumberChangeAcknowledged: numberChange,
    NumberChangeRejected: { ...numberChange, reason: 'loan-locked' },
    NumberChangeRolledBack: { ...numberChange, reason: 'loan-locked' },
  },
  [
    'WithdrawalCancelledInAdvance',
    'AccountReopenedInAdvance',
    'CustomerBlocked',
    'CustomerUnblocked',
    'CustomerUnblockedInAdvance',
  ],
);
