import { assertNever, reject, appendBounded, type Aggregate, type Empty } from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one. Events carry what readers need (owner,
// currency, debt), because the relay maps an event without its state. paid + outstanding = total, always.
type Holder = Readonly<{ loanNumber: string; customerId: string; currency: string }>;
type Debt = Readonly<{ totalCents: number; paidCents: number; outstandingCents: number }>;
type Repayment = Readonly<{ repaymentId: string; amountCents: number }>;

export type LoanEvent =
  | Readonly<{ type: 'LoanGranted'; data: Holder & Debt }>
  | Readonly<{ type: 'LoanRepaid'; data: Holder & Debt & Repayment }>
  /** The loan was not under review when its customer changed the mobile number. */
  | Readonly<{ type: 'NumberChangeAccepted'; data: NumberChange & Readonly<{ loanNumber: string }> }>
  | Readonly<{ type: 'LoanLocked' | 'LoanUnlocked'; data: Holder }>
  /** `closureId`: because its customer leaves. */
  | Readonly<{ type: 'LoanClosed'; data: Holder & Readonly<{ closureId?: string }> }>
  | Readonly<{ type: 'LoanReopened'; data: Holder & Closure }>
  /** Reopened before its customer's closure closed it: that is rejected when it arrives. */
  | Readonly<{ type: 'LoanReopenedInAdvance'; data: Readonly<{ loanNumber: string }> & Closure }>;

type Closure = Readonly<{ closureId: string }>;

type NumberChange = Readonly<{ changeId: string }>;
type Grant = Holder & Readonly<{ totalCents: number }>;
/** `currency` is the payer's expectation of the loan: if given, it must match. */
type RepayLoan = Repayment & Readonly<{ currency?: string | undefined }>;

export type LoanCommand =
  | Readonly<{ type: 'GrantLoan'; data: Grant }>
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
  | 'currency-mismatch'
  | 'repayment-id-reused'
  | 'repayment-exceeds-debt'
  | 'customer-not-active'
  | 'closure-reversed';

export type Granted = Holder &
  Readonly<{
    /** A loan locked for review takes repayments but rejects a change of its customer's mobile number. */
    status: 'open' | 'locked' | 'closed';
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

const decide = (command: LoanCommand, loan: Loan) => {
  if (command.type === 'GrantLoan') return grant(command.data, loan);
  if (loan.status === 'ungranted') return reject('loan-not-found');
  switch (command.type) {
    case 'RepayLoan':
      return repay(command.data, loan);
    case 'AcceptNumberChange':
      return acceptNumberChange(command.data, loan);
    case 'LockLoan':
      return lock(loan);
    case 'UnlockLoan':
      return unlock(loan);
    case 'CloseLoan':
      return close(command.data, loan);
    case 'ReopenLoan':
      return reopen(command.data, loan);
    default:
      return assertNever(command);
  }
};

const holderOf = ({ loanNumber, customerId, currency }: Holder): Holder => ({
  loanNumber,
  customerId,
  currency,
});

const debtOf = (totalCents: number, paidCents: number): Debt => ({
  totalCents,
  paidCents,
  outstandingCents: totalCents - paidCents,
});

const grant = (granting: Grant, loan: Loan) => {
  const { customerId, currency, totalCents } = granting;
  if (loan.status === 'ungranted')
    return [{ type: 'LoanGranted' as const, data: { ...holderOf(granting), ...debtOf(totalCents, 0) } }];
  const same = loan.customerId === customerId && loan.currency === currency && loan.totalCents === totalCents;
  return same ? [] : reject('loan-number-taken');
};

const repay = ({ repaymentId, amountCents, currency }: RepayLoan, loan: Granted) => {
  const earlier = loan.repayments.findLast((repayment) => repayment.repaymentId === repaymentId);
  if (earlier) return earlier.amountCents === amountCents ? [] : reject('repayment-id-reused');
  if (loan.status === 'closed') return reject('loan-closed');
  if (currency !== undefined && currency !== loan.currency) return reject('currency-mismatch');
  const debt = debtOf(loan.totalCents, loan.paidCents + amountCents);
  if (debt.outstandingCents < 0) return reject('repayment-exceeds-debt');
  return [{ type: 'LoanRepaid' as const, data: { ...holderOf(loan), repaymentId, amountCents, ...debt } }];
};

const acceptNumberChange = ({ changeId }: NumberChange, { loanNumber, status, numberChanges }: Granted) => {
  if (numberChanges.includes(changeId)) return [];
  if (status === 'locked') return reject('loan-locked');
  return [{ type: 'NumberChangeAccepted' as const, data: { loanNumber, changeId } }];
};

const lock = (loan: Granted) => {
  if (loan.status === 'locked') return [];
  if (loan.status === 'closed') return reject('loan-closed');
  return [{ type: 'LoanLocked' as const, data: holderOf(loan) }];
};

const unlock = (loan: Granted) => {
  if (loan.status === 'open') return [];
  if (loan.status === 'closed') return reject('loan-closed');
  return [{ type: 'LoanUnlocked' as const, data: holderOf(loan) }];
};

const close = (closing: Partial<Closure>, loan: Granted) => {
  const { closureId } = closing;
  if (closureId !== undefined && loan.reversedClosures.includes(closureId)) return reject('closure-reversed');
  if (loan.status === 'closed') return [];
  if (loan.status === 'locked') return reject('loan-locked');
  if (loan.paidCents < loan.totalCents) return reject('loan-not-repaid');
  return [{ type: 'LoanClosed' as const, data: { ...holderOf(loan), ...(closureId && { closureId }) } }];
};

/** Never rejected. */
const reopen = ({ closureId }: Closure, loan: Granted) => {
  if (loan.reversedClosures.includes(closureId)) return [];
  if (loan.closedBy === closureId)
    return [{ type: 'LoanReopened' as const, data: { ...holderOf(loan), closureId } }];
  if (loan.status === 'closed') return []; // By another closure, or without one.
  return [{ type: 'LoanReopenedInAdvance' as const, data: { loanNumber: loan.loanNumber, closureId } }];
};

const evolve = (loan: Loan, event: LoanEvent): Loan => {
  if (event.type === 'LoanGranted') {
    const { totalCents, paidCents } = event.data;
    return {
      ...holderOf(event.data),
      status: 'open',
      totalCents,
      paidCents,
      repayments: [],
      numberChanges: [],
      reversedClosures: [],
    };
  }
  if (loan.status === 'ungranted') throw new Error(`${event.type} on a loan that was never granted.`);
  switch (event.type) {
    case 'LoanRepaid': {
      const { repaymentId, amountCents, paidCents } = event.data;
      return { ...loan, paidCents, repayments: appendBounded(loan.repayments, { repaymentId, amountCents }) };
    }
    case 'NumberChangeAccepted':
      return { ...loan, numberChanges: appendBounded(loan.numberChanges, event.data.changeId) };
    case 'LoanLocked':
      return { ...loan, status: 'locked' };
    case 'LoanUnlocked':
      return { ...loan, status: 'open' };
    case 'LoanClosed':
      return { ...loan, status: 'closed', ...closedBy(event.data) };
    case 'LoanReopened':
      return { ...reversed(loan, event.data), status: 'open' };
    case 'LoanReopenedInAdvance':
      return reversed(loan, event.data);
    default:
      return assertNever(event);
  }
};

const closedBy = ({ closureId }: Partial<Closure>) =>
  closureId === undefined ? {} : { closedBy: closureId };

const reversed = ({ closedBy: _closure, ...loan }: Granted, { closureId }: Closure): Granted => ({
  ...loan,
  reversedClosures: appendBounded(loan.reversedClosures, closureId),
});

export const loan: Aggregate<LoanTypes> = {
  version: 3,
  initialState: { status: 'ungranted' },
  decide,
  evolve,
  streamOf: (loanNumber) => `loan-${loanNumber}`,
};

/** For audits: the invariant that a state violates, if any. No sequence of commands can lead to such a state. */
export const brokenRule = (state: Loan): string | undefined =>
  state.status === 'ungranted' || (state.paidCents >= 0 && state.paidCents <= state.totalCents)
    ? undefined
    : 'paid and outstanding are not parts of the total';
