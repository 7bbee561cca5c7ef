import { MAX_REMEMBERED, fold } from '@bankside/kernel';
import { specFor } from '@bankside/kernel/testing';
import { account, type AccountCommand, type AccountEvent, type AccountRejection } from './account';
import { needsHistory, withdrawalFromHistory } from './withdrawal-history';

// The rules of one account as history, command, outcome. No clock, no store, no randomness.
const given = specFor(account);
const holder = { accountNumber: '1000000017', customerId: 'ada', currency: 'EUR' };
const opened: AccountEvent = { type: 'AccountOpened', data: holder };
const deposited = (balanceCents = 100): AccountEvent => ({
  type: 'MoneyDeposited',
  data: { ...holder, depositId: 'd1', amountCents: 100, balanceCents },
});
const withdrew = (amountCents: number, balanceCents: number): AccountEvent => ({
  type: 'MoneyWithdrawn',
  data: { ...holder, withdrawalId: 'w1', amountCents, balanceCents },
});
const cancelled = (amountCents: number, balanceCents: number): AccountEvent => ({
  type: 'WithdrawalCancelled',
  data: { ...holder, withdrawalId: 'w1', amountCents, balanceCents },
});
const cancelledInAdvance: AccountEvent = {
  type: 'WithdrawalCancelledInAdvance',
  data: { accountNumber: '1000000017', withdrawalId: 'w1' },
};
const frozen: AccountEvent = { type: 'AccountFrozen', data: holder };
const unfrozen: AccountEvent = { type: 'AccountUnfrozen', data: holder };
const closed: AccountEvent = { type: 'AccountClosed', data: holder };

const open = (other: Partial<typeof holder> = {}): AccountCommand => ({
  type: 'OpenAccount',
  data: { ...holder, ...other },
});
const deposit = (amountCents: number): AccountCommand => ({
  type: 'DepositMoney',
  data: { depositId: 'd1', amountCents },
});
const withdraw = (amountCents: number, rest: Readonly<Record<string, string>> = {}): AccountCommand => ({
  type: 'WithdrawMoney',
  data: { withdrawalId: 'w1', amountCents, ...rest },
});
const cancel: AccountCommand = { type: 'CancelWithdrawal', data: { withdrawalId: 'w1' } };
const freeze: AccountCommand = { type: 'FreezeAccount', data: {} };
const unfreeze: AccountCommand = { type: 'UnfreezeAccount', data: {} };
const close: AccountCommand = { type: 'CloseAccount', data: {} };

describe('opening an account', () => {
  it('opens it for its customer', () => given().when(open()).then(opened));
  it('does nothing when repeated', () => given(opened).when(open()).thenNothing());
  it('does nothing when repeated after closing', () => given(opened, closed).when(open()).thenNothing());
  it('rejects a number that another customer has', () =>
    given(opened)
      .when(open({ customerId: 'bob' }))
      .thenRejected('account-number-taken'));
  it('rejects a different currency under the same number', () =>
    given(opened)
      .when(open({ currency: 'USD' }))
      .thenRejected('account-number-taken'));
  it('claims the only savings account of the customer, and closing releases it', () => {
    const key = { index: 'savings', value: 'ada' };
    const { initialState } = account;
    expect(account.uniques?.([opened], initialState)).toEqual({ claims: [key], releases: [] });
    expect(account.uniques?.([closed], initialState)).toEqual({ claims: [], releases: [key] });
    expect(account.uniques?.([deposited(), frozen], initialState)).toEqual({ claims: [], releases: [] });
  });
});

describe('depositing', () => {
  it('raises the balance', () => given(opened).when(deposit(100)).then(deposited(100)));
  it('does nothing when repeated', () => given(opened, deposited()).when(deposit(100)).thenNothing());
  it('does nothing when repeated while frozen', () =>
    given(opened, deposited(), frozen).when(deposit(100)).thenNothing());
  it('rejects a frozen account', () =>
    given(opened, frozen).when(deposit(1)).thenRejected('account-not-open'));
  it('rejects a closed account', () =>
    given(opened, closed).when(deposit(1)).thenRejected('account-not-open'));
  it('rejects before opening', () => given().when(deposit(1)).thenRejected('account-not-found'));
});

describe('withdrawing', () => {
  const filled = [opened, deposited()] as const;

  it('reduces the balance to exactly zero', () =>
    given(...filled)
      .when(withdraw(100))
      .then(withdrew(100, 0)));
  it('rejects one cent more', () =>
    given(...filled)
      .when(withdraw(101))
      .thenRejected('insufficient-funds'));
  it('records the order', () =>
    given(...filled)
      .when(withdraw(40, { orderId: 'o1', customerId: 'ada', currency: 'EUR' }))
      .then({
        type: 'MoneyWithdrawn',
        data: { ...holder, withdrawalId: 'w1', orderId: 'o1', amountCents: 40, balanceCents: 60 },
      }));
  it('records the card that it pays', () =>
    given(...filled)
      .when(withdraw(40, { cardNumber: '400000000006' }))
      .then({
        type: 'MoneyWithdrawn',
        data: {
          ...holder,
          withdrawalId: 'w1',
          cardNumber: '400000000006',
          amountCents: 40,
          balanceCents: 60,
        },
      }));
  it('does nothing when repeated', () =>
    given(...filled, withdrew(100, 0))
      .when(withdraw(100))
      .thenNothing());
  it('does nothing when repeated while frozen', () =>
    given(...filled, withdrew(100, 0), frozen)
      .when(withdraw(100))
      .thenNothing());
  it('rejects a different amount under the same id', () =>
    given(...filled, withdrew(40, 60))
      .when(withdraw(41))
      .thenRejected('withdrawal-id-reused'));
  it('rejects an operation whose cancellation arrived first', () =>
    given(...filled, cancelledInAdvance)
      .when(withdraw(1))
      .thenRejected('withdrawal-cancelled'));
  it('rejects an operation that was cancelled', () =>
    given(...filled, withdrew(40, 60), cancelled(40, 100))
      .when(withdraw(40))
      .thenRejected('withdrawal-cancelled'));
  it('rejects another customer', () =>
    given(...filled)
      .when(withdraw(1, { customerId: 'bob' }))
      .thenRejected('account-not-found'));
  it('rejects another customer even for a repeat', () =>
    given(...filled, withdrew(1, 99))
      .when(withdraw(1, { customerId: 'bob' }))
      .thenRejected('account-not-found'));
  it('rejects another currency', () =>
    given(...filled)
      .when(withdraw(1, { currency: 'USD' }))
      .thenRejected('currency-mismatch'));
  it('rejects a frozen account', () =>
    given(...filled, frozen)
      .when(withdraw(1))
      .thenRejected('account-not-open'));
  it('works again once unfrozen', () =>
    given(...filled, frozen, unfrozen)
      .when(withdraw(1))
      .then(withdrew(1, 99)));
  it('rejects a closed account', () =>
    given(opened, closed).when(withdraw(1)).thenRejected('account-not-open'));
  it('rejects before opening', () => given().when(withdraw(1)).thenRejected('account-not-found'));
});

describe('cancelling a withdrawal', () => {
  const spent = [opened, deposited(), withdrew(40, 60)] as const;
  const evicted = [
    ...spent,
    ...Array.from({ length: MAX_REMEMBERED }, (_, index): AccountEvent => ({
      type: 'MoneyWithdrawn',
      data: { ...holder, withdrawalId: `later-${index}`, amountCents: 1, balanceCents: 1000 },
    })),
  ];
  const stateAfter = (...events: readonly AccountEvent[]) => fold(account, account.initialState, events);

  it('returns the money', () =>
    given(...spent)
      .when(cancel)
      .then(cancelled(40, 100)));
  it('does nothing when repeated', () =>
    given(...spent, cancelled(40, 100))
      .when(cancel)
      .thenNothing());
  it('does not affect other withdrawals', () => {
    const other: AccountEvent = {
      type: 'MoneyWithdrawn',
      data: { ...holder, withdrawalId: 'w2', amountCents: 10, balanceCents: 50 },
    };
    given(...spent, other, cancelled(40, 90))
      .when({ type: 'WithdrawMoney', data: { withdrawalId: 'w2', amountCents: 10 } })
      .thenNothing();
    given(...spent, other, cancelled(40, 90))
      .when({ type: 'CancelWithdrawal', data: { withdrawalId: 'w2' } })
      .then({ type: 'WithdrawalCancelled', data: { ...other.data, balanceCents: 100 } });
  });
  it('records the cancellation of an unknown withdrawal', () =>
    given(opened).when(cancel).then(cancelledInAdvance));
  it('does nothing when repeated for an unknown operation', () =>
    given(opened, cancelledInAdvance).when(cancel).thenNothing());
  it('brings the money back to a frozen account', () =>
    given(...spent, frozen)
      .when(cancel)
      .then(cancelled(40, 100)));
  it('brings the money back to a closed account, which then pays it out', () => {
    const late = [opened, deposited(), withdrew(100, 0), closed] as const;
    given(...late)
      .when(cancel)
      .then(cancelled(100, 100));
    const payOut = { type: 'WithdrawMoney', data: { withdrawalId: 'w2', amountCents: 100 } } as const;
    given(...late, cancelled(100, 100))
      .when(payOut)
      .then({
        type: 'MoneyWithdrawn',
        data: { ...holder, withdrawalId: 'w2', amountCents: 100, balanceCents: 0 },
      });
  });
  it('rejects before opening', () => given().when(cancel).thenRejected('account-not-found'));

  it('reads the history once the withdrawal may have been evicted', () => {
    expect(needsHistory(stateAfter(), 'w1')).toBe(false);
    expect(needsHistory(stateAfter(...evicted.slice(0, 2 + MAX_REMEMBERED / 2)), 'w1')).toBe(false);
    expect(needsHistory(stateAfter(...evicted.slice(0, 3 + MAX_REMEMBERED / 2)), 'w1')).toBe(true);
    expect(needsHistory(stateAfter(...evicted), 'w1')).toBe(true);
    expect(needsHistory(stateAfter(...evicted), `later-${MAX_REMEMBERED - 1}`)).toBe(false);
  });
  it('returns the money of an evicted withdrawal once', () => {
    const fromHistory = evicted.reduce(withdrawalFromHistory('w1'), undefined);
    const cancelPast: AccountCommand = {
      type: 'CancelWithdrawal',
      data: { withdrawalId: 'w1', fromHistory },
    };
    given(...evicted)
      .when(cancelPast)
      .then(cancelled(40, 1040));
    given(...evicted, cancelled(40, 1040))
      .when(cancelPast)
      .thenNothing();
    expect([...evicted, cancelled(40, 1040)].reduce(withdrawalFromHistory('w1'), undefined)).toBeUndefined();
  });
});

describe('crediting a refund', () => {
  const refund = { refundId: 'r1', orderId: 'o1', amountCents: 30 };
  const credit = (other: object = {}) =>
    ({
      type: 'CreditRefund',
      data: { ...refund, customerId: 'ada', currency: 'EUR', ...other },
    }) as AccountCommand;
  const credited = (balanceCents: number): AccountEvent => ({
    type: 'RefundCredited',
    data: { ...holder, ...refund, balanceCents },
  });

  it('adds it to the balance, once', () => {
    given(opened, deposited()).when(credit()).then(credited(130));
    given(opened, deposited(), credited(130)).when(credit()).thenNothing();
  });
  it('works on a frozen account: the money is its holder’s', () =>
    given(opened, frozen).when(credit()).then(credited(30)));
  it('does not work on a closed account', () =>
    given(opened, closed).when(credit()).thenRejected('account-not-open'));
  it.each<[object, AccountRejection]>([
    [{ customerId: 'bob' }, 'account-not-found'],
    [{ currency: 'USD' }, 'currency-mismatch'],
  ])('does not work for %j', (other, reason) => given(opened).when(credit(other)).thenRejected(reason));
  it('does not work on an unknown account', () => given().when(credit()).thenRejected('account-not-found'));
});

describe('freezing', () => {
  it('stops an open account', () => given(opened).when(freeze).then(frozen));
  it('does nothing when repeated', () => given(opened, frozen).when(freeze).thenNothing());
  it('rejects a closed account', () => given(opened, closed).when(freeze).thenRejected('account-not-open'));
  it('rejects before opening', () => given().when(freeze).thenRejected('account-not-found'));
});

describe('unfreezing', () => {
  it('lets a frozen account work again', () => given(opened, frozen).when(unfreeze).then(unfrozen));
  it('does nothing to an open account', () => given(opened).when(unfreeze).thenNothing());
  it('rejects a closed account', () => given(opened, closed).when(unfreeze).thenRejected('account-not-open'));
  it('rejects before opening', () => given().when(unfreeze).thenRejected('account-not-found'));
});

describe('closing', () => {
  it('ends an empty account', () => given(opened).when(close).then(closed));
  it('does nothing when repeated', () => given(opened, closed).when(close).thenNothing());
  it('rejects with one cent left', () =>
    given(opened, deposited(), withdrew(99, 1)).when(close).thenRejected('balance-not-zero'));
  it('works once the last cent is gone', () =>
    given(opened, deposited(), withdrew(100, 0)).when(close).then(closed));
  it('rejects a frozen account', () => given(opened, frozen).when(close).thenRejected('account-not-open'));
  it('rejects before opening', () => given().when(close).thenRejected('account-not-found'));
});

describe('the closure of the customer', () => {
  const closureId = 'l1';
  const close = (payOut = false): AccountCommand => ({ type: 'CloseAccount', data: { closureId, payOut } });
  const reopen: AccountCommand = { type: 'ReopenAccount', data: { closureId } };
  const closedBy: AccountEvent = { type: 'AccountClosed', data: { ...holder, closureId } };
  const reopened: AccountEvent = { type: 'AccountReopened', data: { ...holder, closureId } };
  const inAdvance: AccountEvent = {
    type: 'AccountReopenedInAdvance',
    data: { accountNumber: holder.accountNumber, closureId },
  };
  const paidOut: AccountEvent = {
    type: 'MoneyWithdrawn',
    data: { ...holder, withdrawalId: closureId, amountCents: 100, balanceCents: 0, closureId },
  };
  const returned: AccountEvent = {
    type: 'WithdrawalCancelled',
    data: { ...holder, withdrawalId: closureId, amountCents: 100, balanceCents: 100, closureId },
  };

  it('closes an empty account', () => given(opened).when(close()).then(closedBy));
  it('is rejected by an account with money', () =>
    given(opened, deposited()).when(close()).thenRejected('balance-not-zero'));
  it('pays out the money when it is forced', () =>
    given(opened, deposited()).when(close(true)).then(paidOut, closedBy));
  it('is rejected by a frozen account, forced or not', () => {
    given(opened, deposited(), frozen).when(close(true)).thenRejected('account-not-open');
    given(opened, frozen).when(close()).thenRejected('account-not-open');
  });
  it('does nothing to a closed account', () => given(opened, closed).when(close()).thenNothing());
  it('can be taken back, with the money that was paid out', () => {
    given(opened, closedBy).when(reopen).then(reopened);
    given(opened, deposited(), paidOut, closedBy).when(reopen).then(reopened, returned);
  });
  it('that was taken back cannot be repeated', () =>
    given(opened, closedBy, reopened).when(close()).thenRejected('closure-reversed'));
  it('that is taken back before it arrives is rejected when it does', () => {
    given(opened).when(reopen).then(inAdvance);
    given(opened, inAdvance).when(close()).thenRejected('closure-reversed');
  });
  it('does not reopen an account that was closed otherwise', () =>
    given(opened, closed).when(reopen).thenNothing());
  it('moves the right to a savings account', () => {
    const moves = (event: AccountEvent) => account.uniques?.([event], account.initialState);
    const savings = { index: 'savings', value: 'ada' };
    expect(moves(closedBy)).toEqual({ claims: [], releases: [savings] });
    expect(moves(reopened)).toEqual({ claims: [savings], releases: [] });
  });
});

describe('folding a corrupt stream', () => {
  it('throws', () =>
    expect(() => given(deposited()).thenState({ status: 'unopened' })).toThrow('MoneyDeposited'));
});
