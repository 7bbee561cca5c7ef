import { specFor } from '@bankside/kernel/testing';
import { account, leftToSend, type AccountCommand, type AccountEvent, type Opened } from './account';
import { transfer, type TransferCommand, type TransferEvent, type TransferRequest } from './transfer';

const given = specFor(transfer);
const ids = { transferId: 't1', customerId: 'ada' };
const asked: TransferRequest = {
  ...ids,
  recipientId: 'bob',
  fromAccount: '1000000017',
  toAccount: '1000000025',
  amountCents: 30,
  currency: 'EUR',
  purpose: 'Rent',
};
const request = (change: Partial<TransferRequest> = {}): TransferCommand => ({
  type: 'RequestTransfer',
  data: { ...asked, ...change },
});
const complete: TransferCommand = { type: 'CompleteTransfer', data: {} };
const refuse: TransferCommand = { type: 'RejectTransfer', data: { reason: 'counterparty-not-open' } };
const forget: TransferCommand = { type: 'ForgetTransfer', data: {} };
const requested: TransferEvent = { type: 'TransferRequested', data: asked };
const completed: TransferEvent = { type: 'TransferCompleted', data: ids };
const rejected: TransferEvent = {
  type: 'TransferRejected',
  data: { ...ids, reason: 'counterparty-not-open' },
};
const forgotten: TransferEvent = { type: 'TransferForgotten', data: { transferId: 't1' } };

describe('a transfer', () => {
  it('is requested with its purpose', () => given().when(request()).then(requested));
  it('to the account that pays it is rejected', () =>
    given()
      .when(request({ toAccount: '1000000017' }))
      .thenRejected('same-account'));
  it('is requested once under its id', () =>
    given(requested).when(request()).thenRejected('transfer-already-requested'));
  it('completes once', () => {
    given(requested).when(complete).then(completed);
    given(requested, completed).when(complete).thenNothing();
  });
  it('is rejected once, with the reason', () => {
    given(requested).when(refuse).then(rejected);
    given(requested, rejected).when(refuse).thenNothing();
  });
  it('keeps its end', () => {
    given(requested, completed).when(refuse).thenRejected('transfer-already-completed');
    given(requested, rejected).when(complete).thenRejected('transfer-already-rejected');
  });
  it('is forgotten once, and has no purpose afterwards', () => {
    given(requested, completed).when(forget).then(forgotten);
    given(requested, completed, forgotten).when(forget).thenNothing();
    const state = [requested, completed, forgotten].reduce(transfer.evolve, transfer.initialState);
    expect(state).toEqual({ ...asked, purpose: undefined, status: 'completed', forgotten: true });
  });
  it.each([complete, refuse, forget])('that was never requested rejects $type', (command) =>
    given().when(command).thenRejected('transfer-not-found'),
  );
});

describe('the account of the sender', () => {
  const of = specFor(account);
  const holder = { accountNumber: '1000000017', customerId: 'ada', currency: 'EUR' };
  const opened: AccountEvent = { type: 'AccountOpened', data: holder };
  const filled: AccountEvent = {
    type: 'MoneyDeposited',
    data: { ...holder, depositId: 'd1', amountCents: 100, balanceCents: 100 },
  };
  const send = (amountCents: number, transferId = 't1', day = '2026-01-31'): AccountCommand => ({
    type: 'WithdrawMoney',
    data: {
      withdrawalId: transferId,
      transferId,
      counterparty: '1000000025',
      amountCents,
      limit: { day, perDayCents: 50 },
    },
  });
  const moved = (
    type: 'MoneyWithdrawn' | 'WithdrawalCancelled',
    amountCents: number,
    balanceCents: number,
    transferId = 't1',
  ): AccountEvent => ({
    type,
    data: {
      ...holder,
      withdrawalId: transferId,
      transferId,
      counterparty: '1000000025',
      sentOn: '2026-01-31',
      amountCents,
      balanceCents,
    },
  });
  const sent = (amountCents: number, balanceCents: number, transferId?: string) =>
    moved('MoneyWithdrawn', amountCents, balanceCents, transferId);

  it('sends up to the limit of the day', () => of(opened, filled).when(send(50)).then(sent(50, 50)));
  it('rejects more than the limit of the day, also in parts', () => {
    of(opened, filled).when(send(51)).thenRejected('transfer-limit-exceeded');
    of(opened, filled, sent(40, 60)).when(send(11, 't2')).thenRejected('transfer-limit-exceeded');
  });
  it('sends again on the next day', () =>
    of(opened, filled, sent(50, 50))
      .when(send(50, 't2', '2026-02-01'))
      .then({
        type: 'MoneyWithdrawn',
        data: {
          ...holder,
          withdrawalId: 't2',
          transferId: 't2',
          counterparty: '1000000025',
          sentOn: '2026-02-01',
          amountCents: 50,
          balanceCents: 0,
        },
      }));
  it('counts a returned transfer no longer', () =>
    of(opened, filled, sent(50, 50), moved('WithdrawalCancelled', 50, 100))
      .when(send(50, 't2'))
      .then(sent(50, 50, 't2')));
  it('does not count cash', () =>
    of(opened, filled)
      .when({ type: 'WithdrawMoney', data: { withdrawalId: 'w1', amountCents: 60, cashDesk: 'main' } })
      .then({
        type: 'MoneyWithdrawn',
        data: { ...holder, withdrawalId: 'w1', cashDesk: 'main', amountCents: 60, balanceCents: 40 },
      }));
  it('rejects more than the balance', () => of(opened).when(send(1)).thenRejected('insufficient-funds'));
  it('that is frozen rejects a transfer', () =>
    of(opened, filled, { type: 'AccountFrozen', data: holder })
      .when(send(1))
      .thenRejected('account-not-open'));
  it('that is closed transfers no money that returned after closing', () =>
    of(
      opened,
      filled,
      sent(50, 50),
      { type: 'AccountClosed', data: holder },
      moved('WithdrawalCancelled', 50, 100),
    )
      .when(send(1, 't2'))
      .thenRejected('account-not-open'));
  it('shows what is left of the limit of a day', () => {
    const state = [opened, filled, sent(40, 60)].reduce(account.evolve, account.initialState) as Opened;
    expect(leftToSend(state, { day: '2026-01-31', perDayCents: 50 })).toBe(10);
    expect(leftToSend(state, { day: '2026-01-31', perDayCents: 30 })).toBe(0);
    expect(leftToSend(state, { day: '2026-02-01', perDayCents: 50 })).toBe(50);
  });
});

describe('the account of the recipient', () => {
  const of = specFor(account);
  const holder = { accountNumber: '1000000025', customerId: 'bob', currency: 'EUR' };
  const opened: AccountEvent = { type: 'AccountOpened', data: holder };
  const receive = (change: object = {}): AccountCommand => ({
    type: 'DepositMoney',
    data: {
      depositId: 't1',
      transferId: 't1',
      counterparty: '1000000017',
      amountCents: 30,
      currency: 'EUR',
      ...change,
    },
  });
  const received: AccountEvent = {
    type: 'MoneyDeposited',
    data: {
      ...holder,
      depositId: 't1',
      transferId: 't1',
      counterparty: '1000000017',
      amountCents: 30,
      balanceCents: 30,
    },
  };
  it('takes the money once', () => {
    of(opened).when(receive()).then(received);
    of(opened, received).when(receive()).thenNothing();
  });
  it('rejects another currency', () =>
    of(opened)
      .when(receive({ currency: 'USD' }))
      .thenRejected('currency-mismatch'));
  it.each(['AccountFrozen', 'AccountClosed'] as const)('rejects the money after %s', (type) =>
    of(opened, { type, data: holder }).when(receive()).thenRejected('counterparty-not-open'),
  );
  it('that does not exist is the counterparty that is not found', () =>
    of().when(receive()).thenRejected('counterparty-not-found'));
  it('rejects the payout of a loan of another customer', () =>
    of(opened)
      .when({
        type: 'DepositMoney',
        data: { depositId: 'l1', loanNumber: '2000000019', amountCents: 1, customerId: 'ada' },
      })
      .thenRejected('account-not-found'));
});
