import { mayHaveBeenEvicted } from '@bankside/kernel';
import type { Account, AccountEvent, Withdrawn } from './account';

/** Whether a cancellation must read the history first: treating an evicted withdrawal as unknown would lose its money. */
export const needsHistory = (account: Account, withdrawalId: string): boolean =>
  account.status !== 'unopened' &&
  mayHaveBeenEvicted(account.withdrawals, (withdrawn) => withdrawn.withdrawalId === withdrawalId);

/** A step for `foldHistory`: finds the withdrawal by its id, unless it was cancelled later. */
export const withdrawalFromHistory =
  (withdrawalId: string) =>
  (found: Withdrawn | undefined, { type, data }: AccountEvent): Withdrawn | undefined => {
    if (type !== 'MoneyWithdrawn' && type !== 'WithdrawalCancelled') return found;
    if (data.withdrawalId !== withdrawalId) return found;
    return type === 'MoneyWithdrawn' ? data : undefined;
  };
