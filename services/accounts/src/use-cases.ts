import {
  createWithGeneratedId,
  foldHistory,
  type CommandContext,
  type CommandHandler,
} from '@bankside/kernel';
import { rejectInactive, type CustomerReplica, type InactiveCustomer } from '@bankside/replicas';
import { defined } from '@bankside/std';
import { digitsFrom } from '@bankside/std/ids';
import type { AccountTypes } from './domain/account';
import { needsHistory, withdrawalFromHistory } from './domain/withdrawal-history';

const NUMBER_DIGITS = 10;

export type AccountUseCaseDeps = Readonly<{
  accounts: CommandHandler<AccountTypes>;
  customers: Pick<CustomerReplica, 'find'>;
}>;

/** The commands that need more than the state of one account. All others go straight to the command handler. */
export const accountUseCases = ({ accounts, customers }: AccountUseCaseDeps) => ({
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
});
