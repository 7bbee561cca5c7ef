import type { AccountsEvent } from '@bankside/contracts';
import type { CustomerBlockEvent } from '@bankside/customer-closure';
import type { NumberChangeEvent } from '@bankside/mobile-number-change';
import { publicationMap } from '@bankside/kernel';
import { account, type AccountEvent } from '../domain/account';
import type { TransferEvent } from '../domain/transfer';

export const published = publicationMap<
  AccountEvent | TransferEvent | NumberChangeEvent | CustomerBlockEvent,
  AccountsEvent
>(
  {
    AccountOpened: (data) => ({
      type: 'accounts.account-opened.v1',
      data: { ...data, kind: 'savings', balanceCents: 0 },
    }),
    MoneyDeposited: (data) => ({ type: 'accounts.money-deposited.v1', data }),
    MoneyWithdrawn: ({ closureId: _closure, sentOn: _day, ...data }) => ({
      type: 'accounts.money-withdrawn.v1',
      data,
    }),
    WithdrawalCancelled: ({ closureId: _closure, sentOn: _day, ...data }) => ({
      type: 'accounts.withdrawal-cancelled.v1',
      data,
    }),
    WithdrawalCancelledInAdvance: 'private',
    RefundCredited: (data) => ({ type: 'accounts.refund-credited.v1', data }),
    AccountFrozen: (data) => ({ type: 'accounts.account-frozen.v1', data }),
    AccountUnfrozen: (data) => ({ type: 'accounts.account-unfrozen.v1', data }),
    AccountClosed: ({ closureId: _private, ...data }) => ({ type: 'accounts.account-closed.v1', data }),
    AccountReopened: ({ closureId: _private, ...data }) => ({ type: 'accounts.account-reopened.v1', data }),
    AccountReopenedInAdvance: 'private',
    TransferRequested: ({ purpose: _private, ...data }) => ({
      type: 'accounts.transfer-requested.v1',
      data,
    }),
    TransferCompleted: (data) => ({ type: 'accounts.transfer-completed.v1', data }),
    TransferRejected: (data) => ({ type: 'accounts.transfer-rejected.v1', data }),
    TransferForgotten: 'private',
    CustomerBlocked: 'private',
    CustomerUnblocked: 'private',
    CustomerUnblockedInAdvance: 'private',
    NumberChangeAcknowledged: (data) => ({ type: 'accounts.number-change-acknowledged.v1', data }),
    NumberChangeRejected: (data) => ({ type: 'accounts.number-change-rejected.v1', data }),
    NumberChangeRolledBack: (data) => ({ type: 'accounts.number-change-rolled-back.v1', data }),
  },
  account.upcasters,
);
