import type { CardsEvent } from '@bankside/contracts';
import { replicateCustomers } from '@bankside/replicas';
import { mobileNumberChangeReactions } from '@bankside/mobile-number-change';
import type { Handle } from '@bankside/feed';
import { commandHandler } from '@bankside/kernel';
import { reactions, type ServiceDeps } from '@bankside/event-sourced';
import { loan } from '../domain/loan';
import { loanNumbers } from './loan-numbers';
import { numberChangeAcceptance } from './number-change-acceptance';

/** Copies customers and lists loans; last in the chain of a choreographed change of a mobile number. */
export const subscribed = (deps: ServiceDeps): Readonly<Record<string, Handle>> => {
  const accept = numberChangeAcceptance({
    ...deps,
    loans: commandHandler(loan, deps.store),
    numbersOf: loanNumbers.finder(deps),
  });
  const { acknowledge } = mobileNumberChangeReactions({
    ...deps,
    rejectionOf: (change, { context }) => accept(change, context),
  });
  return {
    customers: replicateCustomers,
    loans: loanNumbers.replicate,
    cards: reactions<CardsEvent>({ 'cards.number-change-acknowledged.v1': acknowledge }, deps.now),
  };
};
