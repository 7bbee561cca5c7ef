import { commandHandler, memoryStore, MAX_REMEMBERED } from '@bankside/kernel';
import type { ReplicatedCustomer } from '@bankside/replicas';
import { account } from './domain/account';
import { accountUseCases } from './use-cases';

const ada: ReplicatedCustomer = {
  customerId: 'ada',
  active: true,
  name: 'Ada Lovelace',
  mobileNumber: '+40712345678',
  lastNumberChange: null,
};
const opening = { customerId: 'ada', currency: 'EUR' };

const start = (customer?: ReplicatedCustomer, numbers: readonly string[] = []) => {
  const accounts = commandHandler(account, memoryStore());
  let commands = 0;
  const context = (commandId = `command-${(commands += 1)}`) => ({
    commandId,
    fingerprint: commandId,
    at: '2026-01-01T00:00:00.000Z',
  });
  const useCases = accountUseCases({
    accounts,
    customers: { find: async () => customer },
    allNumbersOf: async () => numbers,
  });
  return { accounts, context, ...useCases };
};

describe('opening an account', () => {
  it('opens one with a ten-digit number for an active customer', async () => {
    const { openAccount, context } = start(ada);
    expect(await openAccount(opening, context())).toMatchObject({
      status: 'accepted',
      stream: expect.stringMatching(/^account-\d{10}$/),
    });
  });
  it('rejects an unknown customer', async () => {
    const { openAccount, context } = start();
    expect(await openAccount(opening, context())).toMatchObject({
      status: 'rejected',
      reason: 'customer-not-found',
    });
  });
  it('rejects an inactive customer', async () => {
    const { openAccount, context } = start({ ...ada, active: false });
    expect(await openAccount(opening, context())).toMatchObject({
      status: 'rejected',
      reason: 'customer-not-active',
    });
  });
  it('rejects a second account of the customer', async () => {
    const { openAccount, context } = start(ada);
    await openAccount(opening, context());
    expect(await openAccount(opening, context())).toMatchObject({ reason: 'savings-account-exists' });
  });
});

describe('crediting a refund', () => {
  const [paying, later] = ['1000000017', '1000000025'] as const;
  const refund = { refundId: 'r1', orderId: 'o1', amountCents: 30, customerId: 'ada', currency: 'EUR' };
  /** Ada's first account, closed, and her later one in a currency, if she has one. */
  const withClosed = async (currencyOfLater?: string) => {
    const started = start(ada, currencyOfLater === undefined ? [paying] : [paying, later]);
    const { accounts, context } = started;
    const open = (accountNumber: string, currency: string) => {
      const data = { accountNumber, customerId: 'ada', currency };
      return accounts.handle(accountNumber, { type: 'OpenAccount', data }, context());
    };
    await open(paying, 'EUR');
    await accounts.handle(paying, { type: 'CloseAccount', data: {} }, context());
    if (currencyOfLater !== undefined) await open(later, currencyOfLater);
    return started;
  };

  it('credits the account that paid, while it is open or frozen', async () => {
    const { accounts, context, creditRefund } = start(ada, [paying]);
    const data = { accountNumber: paying, customerId: 'ada', currency: 'EUR' };
    await accounts.handle(paying, { type: 'OpenAccount', data }, context());
    await accounts.handle(paying, { type: 'FreezeAccount', data: {} }, context());
    await creditRefund({ ...refund, account: paying }, context('c1'));
    await creditRefund({ ...refund, account: paying }, context('c1'));
    expect((await accounts.load(paying)).state).toMatchObject({ status: 'frozen', balanceCents: 30 });
  });
  it('credits another account of the customer, once the one that paid is closed', async () => {
    const { accounts, context, creditRefund } = await withClosed('EUR');
    await creditRefund({ ...refund, account: paying }, context());
    expect((await accounts.load(later)).state).toMatchObject({ balanceCents: 30 });
  });
  it('credits an account of a customer who paid by card', async () => {
    const { accounts, context, creditRefund } = await withClosed('EUR');
    await creditRefund(refund, context());
    expect((await accounts.load(later)).state).toMatchObject({ balanceCents: 30 });
  });
  it.each([undefined, 'USD'])(
    'is rejected where no account takes it; the other one is in %s',
    async (other) => {
      const { context, creditRefund } = await withClosed(other);
      const rejected = { status: 'rejected', reason: 'no-account-for-refund' };
      expect(await creditRefund({ ...refund, account: paying }, context())).toMatchObject(rejected);
      expect(await creditRefund(refund, context())).toMatchObject(rejected);
    },
  );
});

describe('cancelling a withdrawal that the state has evicted', () => {
  const accountNumber = '1000000017';
  const evicted = async () => {
    const { accounts, context, cancelWithdrawal } = start(ada);
    const withdraw = (withdrawalId: string, amountCents: number) =>
      accounts.handle(
        accountNumber,
        { type: 'WithdrawMoney', data: { withdrawalId, amountCents } },
        context(),
      );
    await accounts.handle(
      accountNumber,
      { type: 'OpenAccount', data: { accountNumber, ...opening } },
      context(),
    );
    const deposit = { depositId: 'd1', amountCents: 1_000 };
    await accounts.handle(accountNumber, { type: 'DepositMoney', data: deposit }, context());
    await withdraw('old', 500);
    for (let later = 0; later < MAX_REMEMBERED; later += 1) await withdraw(`later-${later}`, 1);
    const balance = async () => {
      const { state } = await accounts.load(accountNumber);
      return state.status === 'unopened' ? undefined : state.balanceCents;
    };
    const cancel = (withdrawalId: string) => cancelWithdrawal({ accountNumber, withdrawalId }, context());
    return { balance, cancel };
  };

  it('returns its money once', async () => {
    const { balance, cancel } = await evicted();
    const before = 500 - MAX_REMEMBERED;
    expect(await balance()).toBe(before);
    expect(await cancel('old')).toMatchObject({ status: 'accepted' });
    expect(await cancel('old')).toMatchObject({ status: 'unchanged' });
    expect(await balance()).toBe(before + 500);
  });
  it('records the cancellation of a withdrawal that never happened', async () => {
    const { balance, cancel } = await evicted();
    const before = await balance();
    expect(await cancel('unknown')).toMatchObject({
      events: [{ type: 'WithdrawalCancelledInAdvance', data: { accountNumber, withdrawalId: 'unknown' } }],
    });
    expect(await balance()).toBe(before);
  });
});
