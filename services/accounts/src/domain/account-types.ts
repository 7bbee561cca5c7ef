import type { Empty } from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one. Events carry what readers need (owner,
// currency, balance), because the relay maps an event without its state.
export type Holder = Readonly<{ accountNumber: string; customerId: string; currency: string }>;
/** The other side of a movement: a transfer with another account, a loan, or cash at a desk. */
export type Counterpart = Readonly<{
  transferId?: string;
  /** The other account of the transfer. */
  counterparty?: string;
  loanNumber?: string;
  cashDesk?: string;
}>;
/** `sentOn`: the day on whose limit a transfer counts, `2026-01-31` in UTC. */
type Paid = Counterpart & Readonly<{ orderId?: string; cardNumber?: string; sentOn?: string }>;
export type Withdrawn = Readonly<{ withdrawalId: string; amountCents: number }> & Paid;
export type Refund = Readonly<{ refundId: string; orderId: string; amountCents: number }>;
export type Balance = Readonly<{ balanceCents: number }>;

export type AccountEvent =
  | Readonly<{ type: 'AccountOpened'; data: Holder }>
  | Readonly<{
      type: 'MoneyDeposited';
      data: Holder & Balance & Counterpart & Readonly<{ depositId: string; amountCents: number }>;
    }>
  /** `closureId`: the payout of a customer who leaves. */
  | Readonly<{ type: 'MoneyWithdrawn'; data: Holder & Balance & Withdrawn & Partial<Closure> }>
  | Readonly<{ type: 'WithdrawalCancelled'; data: Holder & Balance & Withdrawn & Partial<Closure> }>
  /** Cancelled before it arrived: it is rejected when it does. */
  | Readonly<{
      type: 'WithdrawalCancelledInAdvance';
      data: Readonly<{ accountNumber: string; withdrawalId: string }>;
    }>
  | Readonly<{ type: 'RefundCredited'; data: Holder & Balance & Refund }>
  | Readonly<{ type: 'AccountFrozen' | 'AccountUnfrozen'; data: Holder }>
  /** `closureId`: because its customer leaves. */
  | Readonly<{ type: 'AccountClosed'; data: Holder & Readonly<{ closureId?: string }> }>
  | Readonly<{ type: 'AccountReopened'; data: Holder & Closure }>
  /** Reopened before its customer's closure closed it: that is rejected when it arrives. */
  | Readonly<{ type: 'AccountReopenedInAdvance'; data: Readonly<{ accountNumber: string }> & Closure }>;

export type Closure = Readonly<{ closureId: string }>;

/** The payer's expectations of the account: if given, they must match. */
type Expected = Readonly<{ customerId?: string; currency?: string }>;
export type Deposit = Readonly<{ depositId: string; amountCents: number }> & Counterpart & Expected;
export type Withdrawal = Omit<Withdrawn, 'sentOn'> & Expected & Readonly<{ limit?: TransferLimit }>;
/** How much the transfers of a day from one account may sum to, in the minor unit of its currency. */
export type TransferLimit = Readonly<{ day: string; perDayCents: number }>;
/** `fromHistory` is a withdrawal that the state has evicted; see `withdrawal-history.ts`. */
export type Cancellation = Readonly<{ withdrawalId: string; fromHistory?: Withdrawn | undefined }>;

export type AccountCommand =
  | Readonly<{ type: 'OpenAccount'; data: Holder }>
  | Readonly<{ type: 'DepositMoney'; data: Deposit }>
  | Readonly<{ type: 'WithdrawMoney'; data: Withdrawal }>
  | Readonly<{ type: 'CancelWithdrawal'; data: Cancellation }>
  /** For the holder, to whom the money belongs: if the customer or the currency differs, there is no such account. */
  | Readonly<{
      type: 'CreditRefund';
      data: Refund & Readonly<{ customerId: string; currency: string }>;
    }>
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
  | 'transfer-limit-exceeded'
  | 'counterparty-not-found'
  | 'counterparty-not-open'
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
    refunds: readonly string[];
    withdrawals: readonly (Withdrawn & Readonly<{ cancelled?: true }>)[];
    /** The sum of the transfers of the last day with any. */
    sent?: Readonly<{ day: string; cents: number }>;
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
