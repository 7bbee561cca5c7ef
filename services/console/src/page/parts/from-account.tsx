import type { Account } from '../lib/api-types';
import { inGroups } from '../lib/in-words';
import { money } from '../lib/money';
import { Choice } from './forms';

export const isOpen = ({ status }: Account): boolean => status === 'open';

/** The choice of an account to pay from; only open ones can be chosen. */
export const FromAccount = ({
  of,
  onChoice,
  hint,
}: {
  of: readonly Account[];
  onChoice: (accountNumber: string) => void;
  hint?: string;
}) => (
  <Choice
    label="From"
    name="fromAccount"
    hint={hint}
    onChange={({ currentTarget }) => onChoice(currentTarget.value)}
    options={of.map((account) => [
      account.accountNumber,
      `Account ${inGroups(account.accountNumber)}: ${isOpen(account) ? money(account.balanceCents, account.currency) : account.status}`,
      !isOpen(account),
    ])}
  />
);
