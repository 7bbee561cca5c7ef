import type { CardsEvent } from '@bankside/contracts';
import { copyCustomers, numberChangeReactions } from '@bankside/copies';
import type { Handle } from '@bankside/feed';
import { commandHandler } from '@bankside/kernel';
import { reactions, type ServiceDeps } from '@bankside/service';
import { loan } from '../domain/loan';
import { loanList } from './loan-list';
import { numberChangeAcceptance } from './number-change-acceptance';

/** Copies customers and lists loans; last in the chain of a choreographed change of a mobile number. */
export const subscribed = (deps: ServiceDeps): Readonly<Record<string, Handle>> => {
  const accept = numberChangeAcceptance({
    ...deps,
    loans: commandHandler(loan, deps.store),
    numbersOf: loanList.finder(deps),
  });
  const { acknowledge } = numberChangeReactions({
    ...deps,
    refusalOf: (change, { context }) => accept(change, context),
  });
  return {
    customers: copyCustomers,
    loans: loanList.keep,
    cards: reactions<CardsEvent>({ 'cards.number-change-acknowledged.v1': acknowledge }, deps.now),
  };
};
