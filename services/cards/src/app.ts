import { customerReplica } from '@bankside/replicas';
import { mobileNumberChange, mobileNumberChangeRoutes } from '@bankside/mobile-number-change';
import { commandHandler } from '@bankside/kernel';
import { auditor, auditRoutes, streamRoutes, type ServiceDeps } from '@bankside/event-sourced';
import { cardRoutes } from './api/routes';
import { brokenRule, card } from './domain/card';
import { cardNumbers } from './messaging/card-numbers';

/** The routes of the service. */
export const routes = ({ store, now, pool, catchUp }: ServiceDeps) => {
  const cards = commandHandler(card, store);
  const numberChanges = commandHandler(mobileNumberChange, store);
  const customers = customerReplica({ pool, catchUp });
  return {
    '/cards': cardRoutes({
      cards,
      customers,
      numbersOf: cardNumbers.finder({ pool, catchUp }),
      catchUp,
      now,
    }),
    '/customers': mobileNumberChangeRoutes({ store, pool, catchUp, now }),
    '/streams': streamRoutes({ card: cards, 'number-change': numberChanges }),
    '/audit': auditRoutes(pool, {
      card: auditor(cards, brokenRule),
      'number-change': auditor(numberChanges),
    }),
  };
};
