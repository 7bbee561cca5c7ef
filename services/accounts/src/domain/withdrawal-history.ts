import { REMEMBERED } from '@bankside/kernel';
import type { Account, AccountEvent, Withdrawn } from './account';

/**
 * Whether a cancellation must look into the history first: the withdrawal may be one of those that the state no longer
 * remembers, and cancelling it as one that never happened would lose money. The older half counts as forgotten, so that
 * commands decided between this look and the cancellation cannot make it wrong.
 */
export const needsHistory = (account: Account, withdrawalId: string): boolean => {
  if (account.status === 'unopened' || account.withdrawals.length <= REMEMBERED / 2) return false;
  return !account.withdrawals
    .slice(-REMEMBERED / 2)
    .some((withdrawn) => withdrawn.withdrawalId === withdrawalId);
};

/** One step of a fold over an account's whole history: the withdrawal of that id, unless it was cancelled since. */
export const pastWithdrawal =
  (withdrawalId: string) =>
  (found: Withdrawn | undefined, { type, data }: AccountEvent): Withdrawn | undefined => {
    if (type !== 'MoneyWithdrawn' && type !== 'WithdrawalCancelled') return found;
    if (data.withdrawalId !== withdrawalId) return found;
    return type === 'MoneyWithdrawn' ? data : undefined;
  };
