import {
  assertNever,
  reject,
  appendBounded,
  type Aggregate,
  type DataOf,
  type Empty,
  type UniqueKey,
} from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one. Events carry what readers need (owner,
// currency, balance), because the relay maps an event without its state.
type Holder = Readonly<{ accountNumber: string; customerId: string; currency: string }>;
export type Withdrawn = Readonly<{ withdrawalId: string; amountCents: number; orderId?: string }>;
type Balance = Readonly<{ balanceCents: number }>;

export type AccountEvent =
  | Readonly<{ type: 'AccountOpened'; data: Holder }>
  | Readonly<{
      type: 'MoneyDeposited';
      data: Holder & Balance & Readonly<{ depositId: string; amountCents: number }>;
    }>
  | Readonly<{ type: 'MoneyWithdrawn'; data: Holder & Balance & Withdrawn }>
  | Readonly<{ type: 'WithdrawalCancelled'; data: Holder & Balance & Withdrawn }>
  /** Cancelled before it arrived: it is rejected when it does. */
  | Readonly<{
      type: 'WithdrawalCancelledInAdvance';
      data: Readonly<{ accountNumber: string; withdrawalId: string }>;
    }>
  | Readonly<{ type: 'AccountFrozen' | 'AccountUnfrozen'; data: Holder }>
  /** `closureId`: because its customer leaves. */
  | Readonly<{ type: 'AccountClosed'; data: Holder & Readonly<{ closureId?: string }> }>
  | Readonly<{ type: 'AccountReopened'; data: Holder & Closure }>
  /** Reopened before its customer's closure closed it: that is rejected when it arrives. */
  | Readonly<{ type: 'AccountReopenedInAdvance'; data: Readonly<{ accountNumber: string }> & Closure }>;

type Closure = Readonly<{ closureId: string }>;

type Deposit = Readonly<{ depositId: string; amountCents: number }>;
/** `customerId` and `currency` are the payer's expectations of the account: if given, they must match. */
type Withdrawal = Readonly<{
  withdrawalId: string;
  amountCents: number;
  orderId?: string | undefined;
  customerId?: string | undefined;
  currency?: string | undefined;
}>;
/** `fromHistory` is a withdrawal that the state has evicted; see `withdrawal-history.ts`. */
type Cancellation = Readonly<{ withdrawalId: string; fromHistory?: Withdrawn | undefined }>;

export type AccountCommand =
  | Readonly<{ type: 'OpenAccount'; data: Holder }>
  | Readonly<{ type: 'DepositMoney'; data: Deposit }>
  | Readonly<{ type: 'WithdrawMoney'; data: Withdrawal }>
  | Readonly<{ type: 'CancelWithdrawal'; data: Cancellation }>
  | Readonly<{ type: 'FreezeAccount' | 'UnfreezeAccount'; data: Empty }>
  /** The closure of a customer may pay out the balance: a withdrawal with the id of the closure. */
  | Readonly<{ type: 'CloseAccount'; data: Empty | (Closure & Readonly<{ payOut: boolean }>) }>
  /** Takes back what the closure of the customer did. */
  | Readonly<{ type: 'ReopenAccount'; data: Closure }>;

export type AccountRejection =
  | 'account-number-taken'
  | 'savings-account-exists'
  | 'account-not-found'
  | 'account-not-open'
  | 'currency-mismatch'
  | 'insufficient-funds'
  | 'withdrawal-cancelled'
  | 'withdrawal-id-reused'
  | 'balance-not-zero'
  | 'customer-not-active'
  | 'closure-reversed';

/** The lists are bounded by `appendBounded`. */
export type Opened = Holder &
  Readonly<{
    status: 'open' | 'frozen' | 'closed';
    balanceCents: number;
    deposits: readonly string[];
    withdrawals: readonly (Withdrawn & Readonly<{ cancelled?: true }>)[];
    /** Ids cancelled before they arrived. */
    cancelledInAdvance: readonly string[];
    /** The closure of the customer that closed the account. */
    closedBy?: string;
    /** Closures of the customer that were reversed. */
    reversedClosures: readonly string[];
  }>;
export type Account = Readonly<{ status: 'unopened' }> | Opened;

export type AccountTypes = Readonly<{
  state: Account;
  command: AccountCommand;
  event: AccountEvent;
  rejection: AccountRejection;
}>;

const decide = (command: AccountCommand, account: Account) => {
  if (command.type === 'OpenAccount') return open(command.data, account);
  if (account.status === 'unopened') return reject('account-not-found');
  switch (command.type) {
    case 'DepositMoney':
      return deposit(command.data, account);
    case 'WithdrawMoney':
      return withdraw(command.data, account);
    case 'CancelWithdrawal':
      return cancel(command.data, account);
    case 'FreezeAccount':
      return freeze(account);
    case 'UnfreezeAccount':
      return unfreeze(account);
    case 'CloseAccount':
      return close(command.data, account);
    case 'ReopenAccount':
      return reopen(command.data, account);
    default:
      return assertNever(command);
  }
};

const holderOf = ({ accountNumber, customerId, currency }: Holder): Holder => ({
  accountNumber,
  customerId,
  currency,
});

const open = (opening: Holder, account: Account) => {
  if (account.status === 'unopened') return [{ type: 'AccountOpened' as const, data: holderOf(opening) }];
  const same = account.customerId === opening.customerId && account.currency === opening.currency;
  return same ? [] : reject('account-number-taken');
};

const deposit = ({ depositId, amountCents }: Deposit, account: Opened) => {
  if (account.deposits.includes(depositId)) return [];
  if (account.status !== 'open') return reject('account-not-open');
  const balanceCents = account.balanceCents + amountCents;
  return [
    { type: 'MoneyDeposited' as const, data: { ...holderOf(account), depositId, amountCents, balanceCents } },
  ];
};

const withdraw = (withdrawal: Withdrawal, account: Opened) => {
  const {
    withdrawalId,
    amountCents,
    customerId = account.customerId,
    currency = account.currency,
  } = withdrawal;
  // As if there were no such account, because a customer may learn the reason.
  if (customerId !== account.customerId) return reject('account-not-found');
  if (account.cancelledInAdvance.includes(withdrawalId)) return reject('withdrawal-cancelled'); // The cancellation arrived first.
  const earlier = remembered(account, withdrawalId);
  if (earlier) return repeated(withdrawal, earlier);
  if (!paysOut(account)) return reject('account-not-open');
  if (currency !== account.currency) return reject('currency-mismatch');
  if (amountCents > account.balanceCents) return reject('insufficient-funds');
  const balanceCents = account.balanceCents - amountCents;
  return [
    {
      type: 'MoneyWithdrawn' as const,
      data: { ...holderOf(account), ...withdrawnBy(withdrawal), balanceCents },
    },
  ];
};

const repeated = (withdrawal: Withdrawal, earlier: Opened['withdrawals'][number]) => {
  if (earlier.cancelled) return reject('withdrawal-cancelled');
  return earlier.amountCents === withdrawal.amountCents ? [] : reject('withdrawal-id-reused');
};

/** A closed account still pays out money that a cancelled withdrawal returned after closing. */
const paysOut = ({ status, balanceCents }: Opened) =>
  status === 'open' || (status === 'closed' && balanceCents > 0);

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

const freeze = (account: Opened) => {
  if (account.status === 'frozen') return [];
  if (account.status === 'closed') return reject('account-not-open');
  return [{ type: 'AccountFrozen' as const, data: holderOf(account) }];
};

const unfreeze = (account: Opened) => {
  if (account.status === 'open') return [];
  if (account.status === 'closed') return reject('account-not-open');
  return [{ type: 'AccountUnfrozen' as const, data: holderOf(account) }];
};

const close = (closing: DataOf<AccountCommand, 'CloseAccount'>, account: Opened) => {
  const { closureId, payOut } = { payOut: false, closureId: undefined, ...closing };
  if (closureId !== undefined && account.reversedClosures.includes(closureId))
    return reject('closure-reversed');
  if (account.status === 'closed') return [];
  if (account.status === 'frozen') return reject('account-not-open');
  if (closureId === undefined || account.balanceCents === 0) {
    if (account.balanceCents !== 0) return reject('balance-not-zero');
    return [
      { type: 'AccountClosed' as const, data: { ...holderOf(account), ...(closureId && { closureId }) } },
    ];
  }
  if (!payOut) return reject('balance-not-zero');
  const paidOut = { withdrawalId: closureId, amountCents: account.balanceCents, balanceCents: 0 };
  return [
    { type: 'MoneyWithdrawn' as const, data: { ...holderOf(account), ...paidOut } },
    { type: 'AccountClosed' as const, data: { ...holderOf(account), closureId } },
  ];
};

/** Never rejected: returns what was paid out as well. */
const reopen = ({ closureId }: Closure, account: Opened) => {
  if (account.reversedClosures.includes(closureId)) return [];
  if (account.closedBy === closureId)
    return [
      { type: 'AccountReopened' as const, data: { ...holderOf(account), closureId } },
      ...(remembered(account, closureId) ? cancel({ withdrawalId: closureId }, account) : []),
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
      withdrawals: [],
      cancelledInAdvance: [],
      reversedClosures: [],
    };
  if (account.status === 'unopened') throw new Error(`${event.type} on an account that was never opened.`);
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
      };
    case 'WithdrawalCancelled':
      return {
        ...account,
        balanceCents: event.data.balanceCents,
        withdrawals: withCancelled(account.withdrawals, withdrawnBy(event.data)),
      };
    case 'WithdrawalCancelledInAdvance':
      return {
        ...account,
        cancelledInAdvance: appendBounded(account.cancelledInAdvance, event.data.withdrawalId),
      };
    case 'AccountFrozen':
      return { ...account, status: 'frozen' };
    case 'AccountUnfrozen':
      return { ...account, status: 'open' };
    case 'AccountClosed':
      return { ...account, status: 'closed', ...closedBy(event.data) };
    case 'AccountReopened':
      return { ...reversed(account, event.data), status: 'open' };
    case 'AccountReopenedInAdvance':
      return reversed(account, event.data);
    default:
      return assertNever(event);
  }
};

const closedBy = ({ closureId }: Partial<Closure>) =>
  closureId === undefined ? {} : { closedBy: closureId };

const reversed = ({ closedBy: _closure, ...account }: Opened, { closureId }: Closure): Opened => ({
  ...account,
  reversedClosures: appendBounded(account.reversedClosures, closureId),
});

const withCancelled = (withdrawals: Opened['withdrawals'], withdrawn: Withdrawn): Opened['withdrawals'] => {
  const cancelled = { ...withdrawn, cancelled: true } as const;
  const index = withdrawals.findLastIndex(({ withdrawalId }) => withdrawalId === withdrawn.withdrawalId);
  return index < 0 ? appendBounded(withdrawals, cancelled) : withdrawals.with(index, cancelled);
};

const withdrawnBy = ({ withdrawalId, amountCents, orderId }: Omit<Withdrawal, 'customerId'>): Withdrawn => ({
  withdrawalId,
  amountCents,
  ...(orderId !== undefined && { orderId }),
});

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
  version: 2,
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
