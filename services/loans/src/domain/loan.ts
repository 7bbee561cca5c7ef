import { assertNever, reject, appendBounded, type Aggregate, type DataOf } from '@bankside/kernel';
import type {
  Closure,
  Debt,
  Grant,
  Granted,
  Holder,
  Loan,
  LoanCommand,
  LoanEvent,
  LoanTypes,
  NumberChange,
  Payout,
  Reason,
  RepayLoan,
  Source,
} from './loan-types';

export type * from './loan-types';

const decide = (command: LoanCommand, loan: Loan) => {
  if (command.type === 'GrantLoan') return grant(command.data, loan);
  if (loan.status === 'ungranted') return reject('loan-not-found');
  if (command.type === 'ConfirmPayout') return confirmPayout(loan);
  if (command.type === 'CancelLoan') return cancel(command.data, loan);
  return command.type === 'RepayLoan' ? repay(command.data, loan) : decideStatus(command, loan);
};

type StatusCommand = Exclude<
  LoanCommand,
  Readonly<{ type: 'GrantLoan' | 'ConfirmPayout' | 'CancelLoan' | 'RepayLoan' }>
>;

const decideStatus = (command: StatusCommand, loan: Granted) => {
  switch (command.type) {
    case 'AcceptNumberChange':
      return acceptNumberChange(command.data, loan);
    case 'LockLoan':
      return withoutMoney(loan) ?? lock(loan);
    case 'UnlockLoan':
      return withoutMoney(loan) ?? unlock(loan);
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
    return [
      {
        type: 'LoanGranted' as const,
        data: { ...holderOf(granting), ...debtOf(totalCents, 0), ...payoutOf(granting) },
      },
    ];
  const same = loan.customerId === customerId && loan.currency === currency && loan.totalCents === totalCents;
  return same ? [] : reject('loan-number-taken');
};

const payoutOf = ({ payOutTo, cashDesk }: Payout): Payout => ({
  ...(payOutTo !== undefined && { payOutTo }),
  ...(cashDesk !== undefined && { cashDesk }),
});

const sourceOf = ({ fromAccount, cashDesk }: Source): Source => ({
  ...(fromAccount !== undefined && { fromAccount }),
  ...(cashDesk !== undefined && { cashDesk }),
});

const confirmPayout = (loan: Granted) => {
  if (loan.status === 'cancelled') return reject('loan-cancelled');
  if (loan.status !== 'granted' || loan.payOutTo === undefined) return [];
  return [{ type: 'LoanPaidOut' as const, data: { ...holderOf(loan), payOutTo: loan.payOutTo } }];
};

const cancel = ({ reason }: Reason, loan: Granted) => {
  if (loan.status === 'cancelled') return [];
  if (loan.status !== 'granted') return reject('loan-paid-out');
  const cancelled = { amountCents: loan.totalCents, outstandingCents: 0, reason } as const;
  return [{ type: 'LoanCancelled' as const, data: { ...holderOf(loan), ...cancelled } }];
};

/** The rejection of a loan without money to repay, review or close; undefined for others. */
const withoutMoney = ({ status }: Granted) => {
  if (status === 'granted') return reject('loan-not-paid-out');
  return status === 'cancelled' ? reject('loan-cancelled') : undefined;
};

const repay = (repayment: RepayLoan, loan: Granted) => {
  const { repaymentId, amountCents, customerId = loan.customerId, currency = loan.currency } = repayment;
  // The same as for an unknown loan, because a customer may see the reason.
  if (customerId !== loan.customerId) return reject('loan-not-found');
  const earlier = loan.repayments.findLast((repayment) => repayment.repaymentId === repaymentId);
  if (earlier) return earlier.amountCents === amountCents ? [] : reject('repayment-id-reused');
  const unpaid = withoutMoney(loan);
  if (unpaid) return unpaid;
  if (loan.status === 'closed') return reject('loan-closed');
  if (currency !== loan.currency) return reject('currency-mismatch');
  const debt = debtOf(loan.totalCents, loan.paidCents + amountCents);
  if (debt.outstandingCents < 0) return reject('repayment-exceeds-debt');
  return [
    {
      type: 'LoanRepaid' as const,
      data: { ...holderOf(loan), repaymentId, amountCents, ...debt, ...sourceOf(repayment) },
    },
  ];
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
  const unpaid = withoutMoney(loan);
  if (loan.status === 'closed' || (loan.status === 'cancelled' && closureId !== undefined)) return [];
  if (unpaid) return unpaid;
  if (loan.status === 'locked') return reject('loan-locked');
  if (loan.paidCents < loan.totalCents) return reject('loan-not-repaid');
  return [{ type: 'LoanClosed' as const, data: { ...holderOf(loan), ...(closureId && { closureId }) } }];
};

/** Never rejected. */
const reopen = ({ closureId }: Closure, loan: Granted) => {
  if (loan.reversedClosures.includes(closureId)) return [];
  if (loan.closedBy === closureId)
    return [{ type: 'LoanReopened' as const, data: { ...holderOf(loan), closureId } }];
  if (loan.status === 'closed' || loan.status === 'cancelled') return []; // By another closure, or without one.
  return [{ type: 'LoanReopenedInAdvance' as const, data: { loanNumber: loan.loanNumber, closureId } }];
};

const grantedBy = ({ payOutTo, ...data }: DataOf<LoanEvent, 'LoanGranted'>): Granted => ({
  ...holderOf(data),
  status: payOutTo === undefined ? 'open' : 'granted',
  ...(payOutTo !== undefined && { payOutTo }),
  totalCents: data.totalCents,
  paidCents: data.paidCents,
  repayments: [],
  numberChanges: [],
  reversedClosures: [],
});

const evolve = (loan: Loan, event: LoanEvent): Loan => {
  if (event.type === 'LoanGranted') return grantedBy(event.data);
  if (loan.status === 'ungranted') throw new Error(`${event.type} on a loan that was never granted.`);
  return evolveGranted(loan, event);
};

const evolveGranted = (loan: Granted, event: Exclude<LoanEvent, Readonly<{ type: 'LoanGranted' }>>): Loan => {
  switch (event.type) {
    case 'LoanPaidOut':
    case 'LoanUnlocked':
      return { ...loan, status: 'open' };
    case 'LoanCancelled':
      return { ...loan, status: 'cancelled', totalCents: 0, reason: event.data.reason };
    case 'LoanRepaid': {
      const { repaymentId, amountCents, paidCents } = event.data;
      return { ...loan, paidCents, repayments: appendBounded(loan.repayments, { repaymentId, amountCents }) };
    }
    case 'NumberChangeAccepted':
      return { ...loan, numberChanges: appendBounded(loan.numberChanges, event.data.changeId) };
    case 'LoanLocked':
      return { ...loan, status: 'locked' };
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
  version: 4,
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
