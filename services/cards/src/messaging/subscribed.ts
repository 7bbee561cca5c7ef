import type { AccountsEvent, LoansEvent } from '@bankside/contracts';
import { replicateCustomers } from '@bankside/replicas';
import { mobileNumberChangeReactions } from '@bankside/mobile-number-change';
import type { Handle } from '@bankside/feed';
import { reactions, type ServiceDeps } from '@bankside/event-sourced';
import { cardNumbers } from './card-numbers';

/** Replicates customers and indexes cards. Third in the chain of a choreographed change of a mobile number. */
export const subscribed = (deps: ServiceDeps): Readonly<Record<string, Handle>> => {
  const { acknowledge, rollBack } = mobileNumberChangeReactions(deps);
  return {
    customers: replicateCustomers,
    cards: cardNumbers.replicate,
    accounts: reactions<AccountsEvent>({ 'accounts.number-change-acknowledged.v1': acknowledge }, deps.now),
    loans: reactions<LoansEvent>({ 'loans.number-change-rejected.v1': rollBack }, deps.now),
  };
};
