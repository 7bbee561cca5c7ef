import { specFor } from '@bankside/kernel/testing';
import { loan, type LoanCommand, type LoanEvent } from './loan';

// The rules of one loan as history, command, outcome. No clock, no store, no random data.
const given = specFor(loan);
const holder = { loanNumber: '2000000019', customerId: 'ada', currency: 'EUR' };
const totalCents = 1000;
const debt = (paidCents: number) => ({ totalCents, paidCents, outstandingCents: totalCents - paidCents });

const granted: LoanEvent = { type: 'LoanGranted', data: { ...holder, ...debt(0) } };
const repaid = (amountCents: number, paidCents = amountCents): LoanEvent => ({
  type: 'LoanRepaid',
  data: { ...holder, repaymentId: 'r1', amountCents, ...debt(paidCents) },
});
const locked: LoanEvent = { type: 'LoanLocked', data: holder };
const unlocked: LoanEvent = { type: 'LoanUnlocked', data: holder };
const closed: LoanEvent = { type: 'LoanClosed', data: holder };

const grant = (other: object = {}) =>
  ({ type: 'GrantLoan', data: { ...holder, totalCents, ...other } }) as LoanCommand;
const repay = (amountCents: number, rest: object = {}) =>
  ({ type: 'RepayLoan', data: { repaymentId: 'r1', amountCents, ...rest } }) as LoanCommand;
const lock: LoanCommand = { type: 'LockLoan', data: {} };
const unlock: LoanCommand = { type: 'UnlockLoan', data: {} };
const close: LoanCommand = { type: 'CloseLoan', data: {} };

describe('a change of the mobile number', () => {
  const accept = (changeId = 'c1'): LoanCommand => ({ type: 'AcceptNumberChange', data: { changeId } });
  const accepted: LoanEvent = {
    type: 'NumberChangeAccepted',
    data: { loanNumber: holder.loanNumber, changeId: 'c1' },
  };
  it('is accepted', () => given(granted).when(accept()).then(accepted));
  it('is accepted once', () => given(granted, accepted).when(accept()).thenNothing());
  it('is refused under review', () => given(granted, locked).when(accept()).thenRejected('loan-locked'));
  it('is accepted after the review', () => given(granted, locked, unlocked).when(accept()).then(accepted));
  it('is accepted when the loan is closed', () =>
    given(granted, repaid(1000), closed).when(accept()).then(accepted));
  it('that was accepted is not refused by a later review', () =>
    given(granted, accepted, locked).when(accept()).thenNothing());
  it('of which another was accepted is refused by a later review', () =>
    given(granted, accepted, locked).when(accept('c2')).thenRejected('loan-locked'));
  it('is not for a loan that was never granted', () => given().when(accept()).thenRejected('loan-not-found'));
});

describe('granting a loan', () => {
  it('leaves all of it outstanding', () => given().when(grant()).then(granted));
  it('does nothing when repeated', () => given(granted).when(grant()).thenNothing());
  it('does nothing when repeated after the end', () =>
    given(granted, repaid(1000), closed).when(grant()).thenNothing());
  it.each([{ customerId: 'bob' }, { currency: 'USD' }, { totalCents: 1001 }])(
    'refuses another loan under the number: %j',
    (other) => given(granted).when(grant(other)).thenRejected('loan-number-taken'),
  );
});

describe('repaying a loan', () => {
  it('pays a part', () => given(granted).when(repay(1)).then(repaid(1)));
  it('pays the whole rest', () => given(granted).when(repay(1000)).then(repaid(1000)));
  it('refuses one cent more', () => given(granted).when(repay(1001)).thenRejected('repayment-exceeds-debt'));
  it('adds to what was paid', () =>
    given(granted, repaid(400))
      .when({ type: 'RepayLoan', data: { repaymentId: 'r2', amountCents: 600 } })
      .then({ type: 'LoanRepaid', data: { ...holder, repaymentId: 'r2', amountCents: 600, ...debt(1000) } }));
  it('refuses one cent more than the rest', () =>
    given(granted, repaid(400))
      .when({ type: 'RepayLoan', data: { repaymentId: 'r2', amountCents: 601 } })
      .thenRejected('repayment-exceeds-debt'));
  it('does nothing when repeated', () => given(granted, repaid(1000)).when(repay(1000)).thenNothing());
  it('does nothing when repeated after the end', () =>
    given(granted, repaid(1000), closed).when(repay(1000)).thenNothing());
  it('refuses another amount under the same id', () =>
    given(granted, repaid(400)).when(repay(401)).thenRejected('repayment-id-reused'));
  it('takes the loan’s currency', () =>
    given(granted)
      .when(repay(1, { currency: 'EUR' }))
      .then(repaid(1)));
  it('refuses another currency', () =>
    given(granted)
      .when(repay(1, { currency: 'USD' }))
      .thenRejected('currency-mismatch'));
  it('works while locked', () => given(granted, locked).when(repay(1)).then(repaid(1)));
  it('refuses a closed loan', () =>
    given(granted, repaid(1000), closed)
      .when({ type: 'RepayLoan', data: { repaymentId: 'r2', amountCents: 1 } })
      .thenRejected('loan-closed'));
  it('refuses before granting', () => given().when(repay(1)).thenRejected('loan-not-found'));
});

describe('locking a loan for review', () => {
  it('holds it', () => given(granted).when(lock).then(locked));
  it('holds it again after a review', () => given(granted, locked, unlocked).when(lock).then(locked));
  it('does nothing when repeated', () => given(granted, locked).when(lock).thenNothing());
  it('refuses a closed loan', () =>
    given(granted, repaid(1000), closed).when(lock).thenRejected('loan-closed'));
  it('refuses before granting', () => given().when(lock).thenRejected('loan-not-found'));
});

describe('unlocking a loan', () => {
  it('ends the review', () => given(granted, locked).when(unlock).then(unlocked));
  it('does nothing when repeated', () => given(granted, locked, unlocked).when(unlock).thenNothing());
  it('does nothing to a loan that was never locked', () => given(granted).when(unlock).thenNothing());
  it('refuses a closed loan', () =>
    given(granted, repaid(1000), closed).when(unlock).thenRejected('loan-closed'));
  it('refuses before granting', () => given().when(unlock).thenRejected('loan-not-found'));
});

describe('closing a loan', () => {
  it('ends a loan that is repaid in full', () => given(granted, repaid(1000)).when(close).then(closed));
  it('refuses with one cent outstanding', () =>
    given(granted, repaid(999)).when(close).thenRejected('loan-not-repaid'));
  it('refuses during a review', () =>
    given(granted, repaid(1000), locked).when(close).thenRejected('loan-locked'));
  it('works after the review', () => given(granted, repaid(1000), locked, unlocked).when(close).then(closed));
  it('does nothing when repeated', () => given(granted, repaid(1000), closed).when(close).thenNothing());
  it('refuses before granting', () => given().when(close).thenRejected('loan-not-found'));
});

describe('a corrupt stream', () => {
  it('throws', () => expect(() => given(locked).thenState({ status: 'ungranted' })).toThrow('LoanLocked'));
});
