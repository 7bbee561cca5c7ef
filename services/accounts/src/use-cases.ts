import {
  createWithGeneratedId,
  foldHistory,
  reject,
  type CommandContext,
  type CommandHandler,
  type DataOf,
} from '@bankside/kernel';
import {
  rejectInactive,
  type CustomerReplica,
  type FindNumbersOfCustomer,
  type InactiveCustomer,
} from '@bankside/replicas';
import { defined } from '@bankside/std';
import { digitsFrom } from '@bankside/std/ids';
import type { AccountCommand, AccountTypes } from './domain/account';
import { needsHistory, withdrawalFromHistory } from './domain/withdrawal-history';

const NUMBER_DIGITS = 10;
/** The rejection is recorded under this number if the customer has no account. */
const NO_ACCOUNT = '0000000000';

type AccountUseCaseDeps = Readonly<{
  accounts: CommandHandler<AccountTypes>;
  customers: Pick<CustomerReplica, 'find'>;
  /** Finds an account that was opened a moment ago, too: without one the money is held. */
  allNumbersOf: FindNumbersOfCustomer;
}>;

type Refund = DataOf<AccountCommand, 'CreditRefund'>;

/** The commands that need more than the state of one account. All others go straight to the command handler. */
export const accountUseCases = ({ accounts, customers, allNumbersOf }: AccountUseCaseDeps) => ({
  /** Opens an account under a new number, for an active customer. */
  openAccount: (opening: Readonly<{ customerId: string; currency: string }>, context: CommandContext) =>
    createWithGeneratedId<AccountTypes, InactiveCustomer>(
      accounts,
      {
        generate: (seed) => digitsFrom(seed, NUMBER_DIGITS),
        command: (accountNumber) => ({ type: 'OpenAccount', data: { accountNumber, ...opening } }),
        taken: 'account-number-taken',
        rejection: () => rejectInactive(customers, opening.customerId),
      },
      context,
    ),

  /** Cancels a withdrawal, which is looked up in the history if the state may have evicted it. */
  cancelWithdrawal: (
    { accountNumber, withdrawalId }: Readonly<{ accountNumber: string; withdrawalId: string }>,
    context: CommandContext,
  ) =>
    accounts.handle(
      accountNumber,
      async (state) => {
        const fromHistory = needsHistory(state, withdrawalId)
          ? await foldHistory(accounts, accountNumber, undefined, withdrawalFromHistory(withdrawalId))
          : undefined;
        return { type: 'CancelWithdrawal', data: { withdrawalId, ...defined({ fromHistory }) } };
      },
      context,
    ),

  /** Credits a refund to the account that paid, or if it is closed to another account of the customer in the currency. */
  creditRefund: async (
    { account: paying, ...refund }: Refund & Readonly<{ account?: string | undefined }>,
    context: CommandContext,
  ) => {
    const takesIt = async (number: string): Promise<boolean> => {
      const { state } = await accounts.load(number);
      return (
        (state.status === 'open' || state.status === 'frozen') &&
        state.customerId === refund.customerId &&
        state.currency === refund.currency
      );
    };
    const creditTo = (number: string) =>
      accounts.handle(number, { type: 'CreditRefund', data: refund }, context);
    if (paying !== undefined && (await takesIt(paying))) return creditTo(paying);
    for (const number of await allNumbersOf(refund.customerId))
      if (await takesIt(number)) return creditTo(number);
    return accounts.handle<'no-account-for-refund'>(
      paying ?? NO_ACCOUNT,
      async () => reject('no-account-for-refund'),
      context,
    );
  },
});
