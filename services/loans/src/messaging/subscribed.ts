import type { CardsEvent } from '@bankside/contracts';
import { reactions, type ServiceDeps } from '@bankside/event-sourced';
import type { Handle } from '@bankside/feed';
import { commandHandler } from '@bankside/kernel';
import { mobileNumberChangeReactions } from '@bankside/mobile-number-change';
import { replicateCustomers } from '@bankside/replicas';
import { loan } from '../domain/loan';
import { acceptNumberChange } from '../use-cases';
import { replicateAccounts } from './account-replica';
import { loanNumbers } from './loan-numbers';

/** Replicates customers and accounts, and indexes loans. Last in the chain of a choreographed change of a mobile number. */
export const subscribed = (deps: ServiceDeps): Readonly<Record<string, Handle>> => {
  const { acknowledge } = mobileNumberChangeReactions({
    ...deps,
    rejectionOf: acceptNumberChange({
      loans: commandHandler(loan, deps.store),
      allNumbersOf: loanNumbers.completeFinder(deps),
    }),
  });
  return {
    customers: replicateCustomers,
    loans: loanNumbers.replicate,
    accounts: replicateAccounts,
    cards: reactions<CardsEvent>({ 'cards.number-change-acknowledged.v1': acknowledge }, deps.now),
  };
};
