import type { Pool } from 'pg';
import { commandHandler, memoryStore } from '@bankside/kernel';
import type { ReplicatedCustomer } from '@bankside/replicas';
import { loan } from './domain/loan';
import { loanNumbers as indexOfLoans } from './messaging/loan-numbers';
import { acceptNumberChange, grantLoan } from './use-cases';

const ada: ReplicatedCustomer = {
  customerId: 'ada',
  active: true,
  name: 'Ada Lovelace',
  mobileNumber: '+40712345678',
  lastNumberChange: null,
};
const granting = { customerId: 'ada', currency: 'EUR', totalCents: 1_000 };
const context = (commandId: string) => ({
  commandId,
  fingerprint: commandId,
  at: '2026-01-01T00:00:00.000Z',
});

describe('granting a loan', () => {
  const grant = (customer?: ReplicatedCustomer) =>
    grantLoan({
      loans: commandHandler(loan, memoryStore()),
      customers: { find: async () => customer },
      findAccount: async (number) =>
        number === '1000000017' ? { customerId: 'ada', currency: 'EUR' } : undefined,
    });

  it('grants one with a ten-digit number to an active customer', async () =>
    expect(await grant(ada)(granting, context('1'))).toMatchObject({
      status: 'accepted',
      stream: expect.stringMatching(/^loan-\d{10}$/),
    }));
  it('rejects an unknown customer', async () =>
    expect(await grant()(granting, context('1'))).toMatchObject({
      status: 'rejected',
      reason: 'customer-not-found',
    }));
  it('grants one that is paid out to an account of the customer', async () =>
    expect(await grant(ada)({ ...granting, payOutTo: '1000000017' }, context('1'))).toMatchObject({
      status: 'accepted',
      events: [{ type: 'LoanGranted', data: { payOutTo: '1000000017' } }],
    }));
  it.each([
    ['to an unknown account', { payOutTo: '1000000025' }, ada, 'account-not-found'],
    [
      'to the account of another customer',
      { payOutTo: '1000000017', customerId: 'bob' },
      { ...ada, customerId: 'bob' },
      'account-not-found',
    ],
    [
      'in a currency that the account does not have',
      { payOutTo: '1000000017', currency: 'USD' },
      ada,
      'currency-mismatch',
    ],
  ])('rejects a payout %s', async (_what, payout, customer, reason) =>
    expect(await grant(customer)({ ...granting, ...payout }, context('1'))).toMatchObject({
      status: 'rejected',
      reason,
    }),
  );
  it('rejects an inactive customer', async () =>
    expect(await grant({ ...ada, active: false })(granting, context('1'))).toMatchObject({
      status: 'rejected',
      reason: 'customer-not-active',
    }));
});

describe('accepting a change of the mobile number', () => {
  const start = async (loanNumbers: readonly string[]) => {
    const loans = commandHandler(loan, memoryStore());
    for (const loanNumber of loanNumbers)
      await loans.handle(
        loanNumber,
        { type: 'GrantLoan', data: { loanNumber, ...granting } },
        context(loanNumber),
      );
    let isCaughtUp = false;
    const query = async () => ({ rows: isCaughtUp ? loanNumbers.map((number) => ({ number })) : [] });
    const accept = acceptNumberChange({
      loans,
      allNumbersOf: indexOfLoans.completeFinder({
        pool: { query } as unknown as Pool,
        catchUp: async (source) => {
          isCaughtUp = source === 'loans';
        },
      }),
    });
    const lock = (loanNumber: string) =>
      loans.handle(loanNumber, { type: 'LockLoan', data: {} }, context(`lock-${loanNumber}`));
    const acceptedOf = async (loanNumber: string) => {
      const { state } = await loans.load(loanNumber);
      return state.status === 'ungranted' ? undefined : state.numberChanges;
    };
    return { accept, lock, acceptedOf };
  };
  const change = { customerId: 'ada', changeId: 'c1' };

  it('accepts it for a customer without loans', async () => {
    const { accept } = await start([]);
    expect(await accept(change, context('c1'))).toBeUndefined();
  });
  it('accepts it on every loan, including one granted a moment ago', async () => {
    const { accept, acceptedOf } = await start(['2000000019', '2000000027']);
    expect(await accept(change, context('c1'))).toBeUndefined();
    expect([await acceptedOf('2000000019'), await acceptedOf('2000000027')]).toEqual([['c1'], ['c1']]);
  });
  it('rejects it if one of the loans is under review', async () => {
    const { accept, lock } = await start(['2000000019', '2000000027']);
    await lock('2000000027');
    expect(await accept(change, context('c1'))).toBe('loan-locked');
  });
});
