import { specFor } from '@bankside/kernel/testing';
import { loan, type LoanCommand, type LoanEvent } from './loan';

// The rules of one loan as history, command, outcome. No clock, no store, no randomness.
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
  it('is accepted by an open loan', () => given(granted).when(accept()).then(accepted));
  it('is accepted once', () => given(granted, accepted).when(accept()).thenNothing());
  it('is rejected by a loan under review', () =>
    given(granted, locked).when(accept()).thenRejected('loan-locked'));
  it('is accepted by a loan after its review', () =>
    given(granted, locked, unlocked).when(accept()).then(accepted));
  it('is accepted by a closed loan', () =>
    given(granted, repaid(1000), closed).when(accept()).then(accepted));
  it('stays accepted after a later review', () =>
    given(granted, accepted, locked).when(accept()).thenNothing());
  it('is rejected under review although an earlier change was accepted', () =>
    given(granted, accepted, locked).when(accept('c2')).thenRejected('loan-locked'));
  it('is rejected by an unknown loan', () => given().when(accept()).thenRejected('loan-not-found'));
});

describe('granting a loan', () => {
  it('grants the loan with all of it outstanding', () => given().when(grant()).then(granted));
  it('does nothing when repeated', () => given(granted).when(grant()).thenNothing());
  it('does nothing when repeated after closing', () =>
    given(granted, repaid(1000), closed).when(grant()).thenNothing());
  it.each([{ customerId: 'bob' }, { currency: 'USD' }, { totalCents: 1001 }])(
    'rejects a different loan under the same number: %j',
    (other) => given(granted).when(grant(other)).thenRejected('loan-number-taken'),
  );
});

describe('repaying a loan', () => {
  it('pays a part of the debt', () => given(granted).when(repay(1)).then(repaid(1)));
  it('pays the whole loan', () => given(granted).when(repay(1000)).then(repaid(1000)));
  it('rejects one cent more', () => given(granted).when(repay(1001)).thenRejected('repayment-exceeds-debt'));
  it('adds to earlier repayments', () =>
    given(granted, repaid(400))
      .when({ type: 'RepayLoan', data: { repaymentId: 'r2', amountCents: 600 } })
      .then({ type: 'LoanRepaid', data: { ...holder, repaymentId: 'r2', amountCents: 600, ...debt(1000) } }));
  it('rejects one cent more than is outstanding', () =>
    given(granted, repaid(400))
      .when({ type: 'RepayLoan', data: { repaymentId: 'r2', amountCents: 601 } })
      .thenRejected('repayment-exceeds-debt'));
  it('does nothing when repeated', () => given(granted, repaid(1000)).when(repay(1000)).thenNothing());
  it('does nothing when repeated after closing', () =>
    given(granted, repaid(1000), closed).when(repay(1000)).thenNothing());
  it('rejects a different amount under the same id', () =>
    given(granted, repaid(400)).when(repay(401)).thenRejected('repayment-id-reused'));
  it('accepts the currency of the loan', () =>
    given(granted)
      .when(repay(1, { currency: 'EUR' }))
      .then(repaid(1)));
  it('rejects another currency', () =>
    given(granted)
      .when(repay(1, { currency: 'USD' }))
      .thenRejected('currency-mismatch'));
  it('is accepted while locked', () => given(granted, locked).when(repay(1)).then(repaid(1)));
  it('rejects a closed loan', () =>
    given(granted, repaid(1000), closed)
      .when({ type: 'RepayLoan', data: { repaymentId: 'r2', amountCents: 1 } })
      .thenRejected('loan-closed'));
  it('rejects before granting', () => given().when(repay(1)).thenRejected('loan-not-found'));
});

describe('locking a loan for review', () => {
  it('locks an open loan', () => given(granted).when(lock).then(locked));
  it('locks the loan again after a review', () => given(granted, locked, unlocked).when(lock).then(locked));
  it('does nothing when repeated', () => given(granted, locked).when(lock).thenNothing());
  it('rejects a closed loan', () =>
    given(granted, repaid(1000), closed).when(lock).thenRejected('loan-closed'));
  it('rejects before granting', () => given().when(lock).thenRejected('loan-not-found'));
});

describe('unlocking a loan', () => {
  it('unlocks a locked loan', () => given(granted, locked).when(unlock).then(unlocked));
  it('does nothing when repeated', () => given(granted, locked, unlocked).when(unlock).thenNothing());
  it('does nothing to a loan that was never locked', () => given(granted).when(unlock).thenNothing());
  it('rejects a closed loan', () =>
    given(granted, repaid(1000), closed).when(unlock).thenRejected('loan-closed'));
  it('rejects before granting', () => given().when(unlock).thenRejected('loan-not-found'));
});

describe('closing a loan', () => {
  it('closes a loan that is repaid in full', () => given(granted, repaid(1000)).when(close).then(closed));
  it('rejects with one cent outstanding', () =>
    given(granted, repaid(999)).when(close).thenRejected('loan-not-repaid'));
  it('rejects during a review', () =>
    given(granted, repaid(1000), locked).when(close).thenRejected('loan-locked'));
  it('closes a loan after its review', () =>
    given(granted, repaid(1000), locked, unlocked).when(close).then(closed));
  it('does nothing when repeated', () => given(granted, repaid(1000), closed).when(close).thenNothing());
  it('rejects before granting', () => given().when(close).thenRejected('loan-not-found'));
});

describe('the closure of the customer', () => {
  const closureId = 'l1';
  const closing: LoanCommand = { type: 'CloseLoan', data: { closureId } };
  const reopen: LoanCommand = { type: 'ReopenLoan', data: { closureId } };
  const closedBy: LoanEvent = { type: 'LoanClosed', data: { ...holder, closureId } };
  const reopened: LoanEvent = { type: 'LoanReopened', data: { ...holder, closureId } };
  const inAdvance: LoanEvent = {
    type: 'LoanReopenedInAdvance',
    data: { loanNumber: holder.loanNumber, closureId },
  };

  it('closes a repaid loan', () => given(granted, repaid(1000)).when(closing).then(closedBy));
  it('is rejected by a loan with debt', () =>
    given(granted, repaid(999)).when(closing).thenRejected('loan-not-repaid'));
  it('is rejected by a loan under review', () =>
    given(granted, repaid(1000), locked).when(closing).thenRejected('loan-locked'));
  it('does nothing to a closed loan', () => given(granted, repaid(1000), closed).when(closing).thenNothing());
  it('can be taken back', () => given(granted, repaid(1000), closedBy).when(reopen).then(reopened));
  it('that was taken back cannot be repeated', () =>
    given(granted, repaid(1000), closedBy, reopened).when(closing).thenRejected('closure-reversed'));
  it('that is taken back before it arrives is rejected when it does', () => {
    given(granted, repaid(1000)).when(reopen).then(inAdvance);
    given(granted, repaid(1000), inAdvance).when(closing).thenRejected('closure-reversed');
  });
  it('does not reopen a loan that was closed otherwise', () =>
    given(granted, repaid(1000), closed).when(reopen).thenNothing());
});

describe('folding a corrupt stream', () => {
  it('throws', () => expect(() => given(locked).thenState({ status: 'ungranted' })).toThrow('LoanLocked'));
});

describe('a loan that is paid out to an account', () => {
  const payOutTo = '1000000017';
  const grantedTo: LoanEvent = { type: 'LoanGranted', data: { ...holder, ...debt(0), payOutTo } };
  const paidOut: LoanEvent = { type: 'LoanPaidOut', data: { ...holder, payOutTo } };
  const reason = 'account-not-open';
  const cancelled: LoanEvent = {
    type: 'LoanCancelled',
    data: { ...holder, amountCents: totalCents, outstandingCents: 0, reason },
  };
  const confirm: LoanCommand = { type: 'ConfirmPayout', data: {} };
  const cancel: LoanCommand = { type: 'CancelLoan', data: { reason } };

  it('is granted with its account', () => given().when(grant({ payOutTo })).then(grantedTo));
  it('is paid out once', () => {
    given(grantedTo).when(confirm).then(paidOut);
    given(grantedTo, paidOut).when(confirm).thenNothing();
    given(grantedTo, paidOut, repaid(1000), closed).when(confirm).thenNothing();
  });
  it('is cancelled once when it cannot be paid out', () => {
    given(grantedTo).when(cancel).then(cancelled);
    given(grantedTo, cancelled).when(cancel).thenNothing();
  });
  it('keeps its end', () => {
    given(grantedTo, cancelled).when(confirm).thenRejected('loan-cancelled');
    given(grantedTo, paidOut).when(cancel).thenRejected('loan-paid-out');
    given(granted).when(cancel).thenRejected('loan-paid-out');
  });
  it.each([repay(1), lock, unlock, close])('rejects $type until it is paid out', (command) => {
    given(grantedTo).when(command).thenRejected('loan-not-paid-out');
    given(grantedTo, cancelled).when(command).thenRejected('loan-cancelled');
  });
  it('is repaid after its payout', () => given(grantedTo, paidOut).when(repay(1)).then(repaid(1)));
  it('that is cancelled does not keep its customer from leaving', () =>
    given(grantedTo, cancelled)
      .when({ type: 'CloseLoan', data: { closureId: 'l1' } })
      .thenNothing());
  it('is repaid from an account of its customer alone', () => {
    const fromAccount = payOutTo;
    given(granted)
      .when(repay(1, { fromAccount, customerId: 'ada' }))
      .then({
        type: 'LoanRepaid',
        data: { ...holder, repaymentId: 'r1', amountCents: 1, ...debt(1), fromAccount },
      });
    given(granted)
      .when(repay(1, { fromAccount, customerId: 'bob' }))
      .thenRejected('loan-not-found');
  });
});
