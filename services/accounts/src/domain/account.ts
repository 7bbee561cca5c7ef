import {
  assertNever,
  reject,
  appendBounded,
  type Aggregate,
  type DataOf,
  type UniqueKey,
} from '@bankside/kernel';
import { changesStatus, decideStatus, evolveStatus, holderOf, isOfStatus } from './account-status';
import type {
  Account,
  AccountCommand,
  AccountEvent,
  AccountTypes,
  Cancellation,
  Closure,
  Counterpart,
  Deposit,
  Holder,
  Opened,
  Withdrawal,
  Withdrawn,
} from './account-types';
import { afterSending, leftToSend } from './transfer-limit';

export type * from './account-types';
export { leftToSend } from './transfer-limit';

const decide = (command: AccountCommand, account: Account) => {
  if (command.type === 'OpenAccount') return open(command.data, account);
  if (account.status === 'unopened') return reject(notFound(command));
  if (changesStatus(command)) return decideStatus(command, account);
  switch (command.type) {
    case 'DepositMoney':
      return deposit(command.data, account);
    case 'WithdrawMoney':
      return withdraw(command.data, account);
    case 'CancelWithdrawal':
      return cancel(command.data, account);
    case 'CreditRefund':
      return creditRefund(command.data, account);
    case 'ReopenAccount':
      return reopen(command.data, account);
    default:
      return assertNever(command);
  }
};

const open = (opening: Holder, account: Account) => {
  if (account.status === 'unopened') return [{ type: 'AccountOpened' as const, data: holderOf(opening) }];
  const same = account.customerId === opening.customerId && account.currency === opening.currency;
  return same ? [] : reject('account-number-taken');
};

/** The sender of a transfer gets this for the other party's account if it does not exist. */
const notFound = (command: AccountCommand) =>
  command.type === 'DepositMoney' && command.data.transferId !== undefined
    ? 'counterparty-not-found'
    : 'account-not-found';

const deposit = (depositing: Deposit, account: Opened) => {
  const {
    depositId,
    amountCents,
    transferId,
    customerId = account.customerId,
    currency = account.currency,
  } = depositing;
  if (customerId !== account.customerId) return reject('account-not-found');
  if (account.deposits.includes(depositId)) return [];
  if (account.status !== 'open')
    return reject(transferId === undefined ? 'account-not-open' : 'counterparty-not-open');
  if (currency !== account.currency) return reject('currency-mismatch');
  const balanceCents = account.balanceCents + amountCents;
  return [
    {
      type: 'MoneyDeposited' as const,
      data: { ...holderOf(account), depositId, amountCents, ...counterpartOf(depositing), balanceCents },
    },
  ];
};

const withdraw = (withdrawal: Withdrawal, account: Opened) => {
  const { withdrawalId, amountCents, customerId = account.customerId, limit } = withdrawal;
  // The same as for an unknown account, because a customer may see the reason.
  if (customerId !== account.customerId) return reject('account-not-found');
  if (account.cancelledInAdvance.includes(withdrawalId)) return reject('withdrawal-cancelled'); // The cancellation arrived first.
  const earlier = remembered(account, withdrawalId);
  if (earlier) return repeated(withdrawal, earlier);
  const reason = whyNot(withdrawal, account);
  if (reason) return reject(reason);
  const balanceCents = account.balanceCents - amountCents;
  const sentOn = limit && { sentOn: limit.day };
  return [
    {
      type: 'MoneyWithdrawn' as const,
      data: { ...holderOf(account), ...withdrawnBy({ ...withdrawal, ...sentOn }), balanceCents },
    },
  ];
};

/** The reason why the account cannot pay, if there is one. */
const whyNot = (withdrawal: Withdrawal, account: Opened) => {
  const { amountCents, currency = account.currency, limit } = withdrawal;
  if (!mayPay(account, withdrawal)) return 'account-not-open';
  if (currency !== account.currency) return 'currency-mismatch';
  if (amountCents > account.balanceCents) return 'insufficient-funds';
  return limit && amountCents > leftToSend(account, limit) ? 'transfer-limit-exceeded' : undefined;
};

const repeated = (withdrawal: Withdrawal, earlier: Opened['withdrawals'][number]) => {
  if (earlier.cancelled) return reject('withdrawal-cancelled');
  return earlier.amountCents === withdrawal.amountCents ? [] : reject('withdrawal-id-reused');
};

/** A closed account still pays out money that a cancelled withdrawal returned after closing, but transfers none. */
const mayPay = ({ status, balanceCents }: Opened, { transferId }: Withdrawal) =>
  status === 'open' || (status === 'closed' && balanceCents > 0 && transferId === undefined);

const remembered = ({ withdrawals }: Opened, withdrawalId: string) =>
  withdrawals.findLast((withdrawn) => withdrawn.withdrawalId === withdrawalId);

/** Never rejected, whatever the status of the account: its money must be returned. */
const cancel = ({ withdrawalId, fromHistory }: Cancellation, account: Opened) => {
  if (account.cancelledInAdvance.includes(withdrawalId)) return [];
  const known = remembered(account, withdrawalId);
  if (known?.cancelled) return [];
  const withdrawn = known ?? fromHistory;
  if (withdrawn === undefined)
    return [
      {
        type: 'WithdrawalCancelledInAdvance' as const,
        data: { accountNumber: account.accountNumber, withdrawalId },
      },
    ];
  const balanceCents = account.balanceCents + withdrawn.amountCents;
  return [
    {
      type: 'WithdrawalCancelled' as const,
      data: { ...holderOf(account), ...withdrawnBy(withdrawn), balanceCents },
    },
  ];
};

/** A frozen account takes it: freezing stops what its holder does, and this money is the holder's. A closed one does not. */
const creditRefund = (refund: DataOf<AccountCommand, 'CreditRefund'>, account: Opened) => {
  const { refundId, orderId, amountCents, customerId, currency } = refund;
  if (customerId !== account.customerId) return reject('account-not-found');
  if (account.refunds.includes(refundId)) return [];
  if (account.status === 'closed') return reject('account-not-open');
  if (currency !== account.currency) return reject('currency-mismatch');
  const balanceCents = account.balanceCents + amountCents;
  const data = { ...holderOf(account), refundId, orderId, amountCents, balanceCents };
  return [{ type: 'RefundCredited' as const, data }];
};

const returned = (closureId: string, account: Opened): readonly AccountEvent[] =>
  cancel({ withdrawalId: closureId }, account).map((event) =>
    event.type === 'WithdrawalCancelled' ? { ...event, data: { ...event.data, closureId } } : event,
  );

/** Never rejected: returns what was paid out as well. */
const reopen = ({ closureId }: Closure, account: Opened) => {
  if (account.reversedClosures.includes(closureId)) return [];
  if (account.closedBy === closureId)
    return [
      { type: 'AccountReopened' as const, data: { ...holderOf(account), closureId } },
      ...(remembered(account, closureId) ? returned(closureId, account) : []),
    ];
  if (account.status === 'closed') return []; // By another closure, or without one.
  return [
    {
      type: 'AccountReopenedInAdvance' as const,
      data: { accountNumber: account.accountNumber, closureId },
    },
  ];
};

const evolve = (account: Account, event: AccountEvent): Account => {
  if (event.type === 'AccountOpened')
    return {
      ...event.data,
      status: 'open',
      balanceCents: 0,
      deposits: [],
      refunds: [],
      withdrawals: [],
      cancelledInAdvance: [],
      reversedClosures: [],
    };
  if (account.status === 'unopened') throw new Error(`${event.type} on an account that was never opened.`);
  if (isOfStatus(event)) return evolveStatus(account, event);
  switch (event.type) {
    case 'MoneyDeposited':
      return {
        ...account,
        balanceCents: event.data.balanceCents,
        deposits: appendBounded(account.deposits, event.data.depositId),
      };
    case 'MoneyWithdrawn':
      return {
        ...account,
        balanceCents: event.data.balanceCents,
        withdrawals: appendBounded(account.withdrawals, withdrawnBy(event.data)),
        ...afterSending(account, event.data, 1),
      };
    case 'WithdrawalCancelled':
      return {
        ...account,
        balanceCents: event.data.balanceCents,
        withdrawals: withCancelled(account.withdrawals, withdrawnBy(event.data)),
        ...afterSending(account, event.data, -1),
      };
    case 'RefundCredited':
      return {
        ...account,
        balanceCents: event.data.balanceCents,
        refunds: appendBounded(account.refunds, event.data.refundId),
      };
    case 'WithdrawalCancelledInAdvance':
      return {
        ...account,
        cancelledInAdvance: appendBounded(account.cancelledInAdvance, event.data.withdrawalId),
      };
    default:
      return assertNever(event);
  }
};

const withCancelled = (withdrawals: Opened['withdrawals'], withdrawn: Withdrawn): Opened['withdrawals'] => {
  const cancelled = { ...withdrawn, cancelled: true } as const;
  const index = withdrawals.findLastIndex(({ withdrawalId }) => withdrawalId === withdrawn.withdrawalId);
  return index < 0 ? appendBounded(withdrawals, cancelled) : withdrawals.with(index, cancelled);
};

const counterpartOf = ({ transferId, counterparty, loanNumber, cashDesk }: Counterpart): Counterpart => ({
  ...(transferId !== undefined && { transferId }),
  ...(counterparty !== undefined && { counterparty }),
  ...(loanNumber !== undefined && { loanNumber }),
  ...(cashDesk !== undefined && { cashDesk }),
});

const withdrawnBy = (withdrawn: Withdrawn): Withdrawn => {
  const { withdrawalId, amountCents, orderId, cardNumber, sentOn } = withdrawn;
  return {
    withdrawalId,
    amountCents,
    ...(orderId !== undefined && { orderId }),
    ...(cardNumber !== undefined && { cardNumber }),
    ...counterpartOf(withdrawn),
    ...(sentOn !== undefined && { sentOn }),
  };
};

const savingsOf = ({ customerId }: Holder): UniqueKey => ({ index: 'savings', value: customerId });

/** A customer holds one savings account until it is closed. */
const uniques = (events: readonly AccountEvent[]) => ({
  claims: events.flatMap(({ type, data }) =>
    type === 'AccountOpened' || type === 'AccountReopened' ? [savingsOf(data)] : [],
  ),
  releases: events.flatMap(({ type, data }) => (type === 'AccountClosed' ? [savingsOf(data)] : [])),
});

/** Version 1 of `AccountOpened` has no currency: all accounts were in euros. */
const withCurrency = (opened: Omit<Holder, 'currency'>): Holder => ({ currency: 'EUR', ...opened });

export const account: Aggregate<AccountTypes> = {
  version: 3,
  initialState: { status: 'unopened' },
  decide,
  evolve,
  streamOf: (accountNumber) => `account-${accountNumber}`,
  upcasters: { AccountOpened: [withCurrency] },
  uniques,
  uniqueViolation: { savings: 'savings-account-exists' },
};

/** For audits: the invariant that a state violates, if any. No sequence of commands can lead to such a state. */
export const brokenRule = (state: Account): string | undefined =>
  state.status === 'unopened' || state.balanceCents >= 0 ? undefined : 'the balance is below 0';
