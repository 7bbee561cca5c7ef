import type { Empty } from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one. Events carry what readers need (owner,
// currency, debt), because the relay maps an event without its state. paid + outstanding = total, always.
export type Holder = Readonly<{ loanNumber: string; customerId: string; currency: string }>;
export type Debt = Readonly<{ totalCents: number; paidCents: number; outstandingCents: number }>;
export type Repayment = Readonly<{ repaymentId: string; amountCents: number }>;
/** The account that is repaid from, or the cash desk. */
export type Source = Readonly<{ fromAccount?: string; cashDesk?: string }>;
/** The account to which the loan is paid out, or the cash desk. */
export type Payout = Readonly<{ payOutTo?: string; cashDesk?: string }>;
export type Reason = Readonly<{ reason: string }>;

export type LoanEvent =
  | Readonly<{ type: 'LoanGranted'; data: Holder & Debt & Payout }>
  | Readonly<{ type: 'LoanPaidOut'; data: Holder & Readonly<{ payOutTo: string }> }>
  /** It could not be paid out: nothing is owed. */
  | Readonly<{
      type: 'LoanCancelled';
      data: Holder & Reason & Readonly<{ amountCents: number; outstandingCents: 0 }>;
    }>
  | Readonly<{ type: 'LoanRepaid'; data: Holder & Debt & Repayment & Source }>
  /** The loan was not under review when its customer changed the mobile number. */
  | Readonly<{ type: 'NumberChangeAccepted'; data: NumberChange & Readonly<{ loanNumber: string }> }>
  | Readonly<{ type: 'LoanLocked' | 'LoanUnlocked'; data: Holder }>
  /** `closureId`: because its customer leaves. */
  | Readonly<{ type: 'LoanClosed'; data: Holder & Readonly<{ closureId?: string }> }>
  | Readonly<{ type: 'LoanReopened'; data: Holder & Closure }>
  /** Reopened before its customer's closure closed it: that is rejected when it arrives. */
  | Readonly<{ type: 'LoanReopenedInAdvance'; data: Readonly<{ loanNumber: string }> & Closure }>;

export type Closure = Readonly<{ closureId: string }>;

export type NumberChange = Readonly<{ changeId: string }>;
export type Grant = Holder & Payout & Readonly<{ totalCents: number }>;
/** `customerId` and `currency` are the payer's expectations of the loan: if given, they must match. */
export type RepayLoan = Repayment & Source & Readonly<{ customerId?: string; currency?: string }>;

export type LoanCommand =
  | Readonly<{ type: 'GrantLoan'; data: Grant }>
  | Readonly<{ type: 'ConfirmPayout'; data: Empty }>
  | Readonly<{ type: 'CancelLoan'; data: Reason }>
  | Readonly<{ type: 'RepayLoan'; data: RepayLoan }>
  | Readonly<{ type: 'AcceptNumberChange'; data: NumberChange }>
  | Readonly<{ type: 'LockLoan' | 'UnlockLoan'; data: Empty }>
  | Readonly<{ type: 'CloseLoan'; data: Empty | Closure }>
  /** Takes back what the closure of the customer did. */
  | Readonly<{ type: 'ReopenLoan'; data: Closure }>;

export type LoanRejection =
  | 'loan-number-taken'
  | 'loan-not-found'
  | 'loan-closed'
  | 'loan-locked'
  | 'loan-not-repaid'
  | 'loan-not-paid-out'
  | 'loan-cancelled'
  | 'loan-paid-out'
  | 'currency-mismatch'
  | 'repayment-id-reused'
  | 'repayment-exceeds-debt'
  | 'customer-not-active'
  | 'closure-reversed';

export type Granted = Holder &
  Readonly<{
    /**
     * Granted until it is paid out to the account. A loan locked for review takes repayments but rejects a change of its
     * customer's mobile number.
     */
    status: 'granted' | 'open' | 'locked' | 'closed' | 'cancelled';
    payOutTo?: string;
    /** Why the loan is cancelled. */
    reason?: string;
    totalCents: number;
    paidCents: number;
    /** These lists are bounded by `appendBounded`. */
    repayments: readonly Repayment[];
    numberChanges: readonly string[];
    /** The closure of the customer that closed the loan. */
    closedBy?: string;
    /** Closures of the customer that were reversed. */
    reversedClosures: readonly string[];
  }>;
export type Loan = Readonly<{ status: 'ungranted' }> | Granted;

export type LoanTypes = Readonly<{
  state: Loan;
  command: LoanCommand;
  event: LoanEvent;
  rejection: LoanRejection;
}>;
