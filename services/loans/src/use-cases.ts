import {
  createWithGeneratedId,
  reject,
  type CommandContext,
  type CommandHandler,
  type Rejected,
} from '@bankside/kernel';
import {
  rejectInactive,
  type CustomerReplica,
  type FindNumbersOfCustomer,
  type InactiveCustomer,
} from '@bankside/replicas';
import { derivedCommandId } from '@bankside/std';
import { digitsFrom } from '@bankside/std/ids';
import type { FindAccount } from './messaging/account-replica';
import type { LoanRejection, LoanTypes } from './domain/loan';

const NUMBER_DIGITS = 10;

type GrantLoan = Readonly<{
  customerId: string;
  currency: string;
  totalCents: number;
  payOutTo?: string;
  cashDesk?: string;
}>;

type GrantLoanDeps = Readonly<{
  loans: CommandHandler<LoanTypes>;
  customers: Pick<CustomerReplica, 'find'>;
  findAccount: FindAccount;
}>;

type GrantRejection = InactiveCustomer | 'account-not-found' | 'currency-mismatch';

/** Rejects a payout that the account can never take. Whether it is open is decided when the money arrives. */
const rejectPayout = async (
  findAccount: FindAccount,
  { customerId, currency, payOutTo }: GrantLoan,
): Promise<Rejected<GrantRejection> | undefined> => {
  if (payOutTo === undefined) return undefined;
  const account = await findAccount(payOutTo);
  if (account?.customerId !== customerId) return reject('account-not-found');
  return account.currency === currency ? undefined : reject('currency-mismatch');
};

/** Grants a loan under a new number, to an active customer. */
export const grantLoan =
  ({ loans, customers, findAccount }: GrantLoanDeps) =>
  (loan: GrantLoan, context: CommandContext) =>
    createWithGeneratedId<LoanTypes, GrantRejection>(
      loans,
      {
        generate: (seed) => digitsFrom(seed, NUMBER_DIGITS),
        command: (loanNumber) => ({ type: 'GrantLoan', data: { loanNumber, ...loan } }),
        taken: 'loan-number-taken',
        rejection: async () =>
          (await rejectInactive(customers, loan.customerId)) ?? rejectPayout(findAccount, loan),
      },
      context,
    );

type NumberChangeAcceptanceDeps = Readonly<{
  loans: CommandHandler<LoanTypes>;
  /** Finds all loans of a customer, those that were granted a moment ago included. */
  allNumbersOf: FindNumbersOfCustomer;
}>;

type Change = Readonly<{ customerId: string; changeId: string }>;

/** Accepts a change of the mobile number on every loan of the customer. Returns the rejection of the first that is under review. */
export const acceptNumberChange =
  ({ loans, allNumbersOf }: NumberChangeAcceptanceDeps) =>
  async ({ customerId, changeId }: Change, context: CommandContext): Promise<LoanRejection | undefined> => {
    for (const loanNumber of await allNumbersOf(customerId)) {
      const outcome = await loans.handle(
        loanNumber,
        { type: 'AcceptNumberChange', data: { changeId } },
        { ...context, commandId: derivedCommandId(context.commandId, loanNumber) },
      );
      if (outcome.status === 'rejected') return outcome.reason;
    }
    return undefined;
  };
