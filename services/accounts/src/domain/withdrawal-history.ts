import { mayHaveBeenEvicted } from '@bankside/kernel';
import type { Account, AccountEvent, Withdrawn } from './account';

/** Whether a cancellation must look into the history first: cancelling a forgotten withdrawal as new would lose money. */
export const needsHistory = (account: Account, withdrawalId: string): boolean =>
  account.status !== 'unopened' &&
  mayHaveBeenEvicted(account.withdrawals, (withdrawn) => withdrawn.withdrawalId === withdrawalId);

/** One step of a fold over an account's whole history: the withdrawal of that id, unless it was cancelled since. */
export const withdrawalFromHistory =
  (withdrawalId: string) =>
  (found: Withdrawn | undefined, { type, data }: AccountEvent): Withdrawn | undefined => {
    if (type !== 'MoneyWithdrawn' && type !== 'WithdrawalCancelled') return found;
    if (data.withdrawalId !== withdrawalId) return found;
    return type === 'MoneyWithdrawn' ? data : undefined;
  };
