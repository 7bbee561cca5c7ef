import { closureRoutes, customerBlock, holdings, refusingBlockedCustomers } from '@bankside/customer-closure';
import { customerReplica } from '@bankside/replicas';
import { mobileNumberChange, mobileNumberChangeRoutes } from '@bankside/mobile-number-change';
import { commandHandler } from '@bankside/kernel';
import { streamRoutes, streamsOf, type ServiceDeps } from '@bankside/event-sourced';
import { cardRoutes } from './api/routes';
import { brokenRule, card, type CardTypes } from './domain/card';
import { cardNumbers } from './messaging/card-numbers';

/** The routes of the service. */
export const routes = ({ store, now, pool, catchUp }: ServiceDeps) => {
  const aggregate = refusingBlockedCustomers(card, 'CardIssued', 'customer-not-active');
  const cards = commandHandler(aggregate, store);
  const blocks = commandHandler(customerBlock, store);
  const numberChanges = commandHandler(mobileNumberChange, store);
  const customers = customerReplica({ pool, catchUp });
  const numbersOf = cardNumbers.finder({ pool, catchUp });
  return {
    '/cards': cardRoutes({
      cards,
      customers,
      numbersOf,
      catchUp,
      now,
    }),
    '/customers': mobileNumberChangeRoutes({ store, pool, catchUp, now }),
    '/closures': closureRoutes({
      service: 'cards',
      store,
      blocks,
      now,
      holdings: holdings<CardTypes>({
        aggregate,
        handler: cards,
        idsOf: cardNumbers.completeFinder({ pool, catchUp }),
        close: ({ closureId, forced }) => ({ type: 'BlockCard', data: { closureId, forced } }),
        reopen: ({ closureId }) => ({ type: 'UnblockCard', data: { closureId } }),
      }),
    }),
    ...streamRoutes(pool, {
      block: streamsOf(blocks),
      card: streamsOf(cards, brokenRule),
      'number-change': streamsOf(numberChanges),
    }),
  };
};
