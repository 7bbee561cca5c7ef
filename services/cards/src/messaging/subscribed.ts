import type { AccountsEvent, LoansEvent } from '@bankside/contracts';
import { copyCustomers, numberChangeReactions } from '@bankside/copies';
import type { Handle } from '@bankside/feed';
import { reactions, type ServiceDeps } from '@bankside/service';
import { cardList } from './card-list';

/** Copies customers and lists cards; third in the chain of a choreographed change of a mobile number. */
export const subscribed = (deps: ServiceDeps): Readonly<Record<string, Handle>> => {
  const { acknowledge, giveUp } = numberChangeReactions(deps);
  return {
    customers: copyCustomers,
    cards: cardList.keep,
    accounts: reactions<AccountsEvent>({ 'accounts.number-change-acknowledged.v1': acknowledge }, deps.now),
    loans: reactions<LoansEvent>({ 'loans.number-change-refused.v1': giveUp }, deps.now),
  };
};
