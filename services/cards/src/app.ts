import { customerCopies, numberChange, numberChangeRoutes } from '@bankside/copies';
import { commandHandler } from '@bankside/kernel';
import { auditor, auditRoutes, streamRoutes, type ServiceDeps } from '@bankside/service';
import { cardRoutes } from './api/routes';
import { brokenRule, card } from './domain/card';
import { cardList } from './messaging/card-list';

/** The routes of the service. No listen, no environment. */
export const routes = ({ store, now, pool, catchUp }: ServiceDeps) => {
  const cards = commandHandler(card, store);
  const numberChanges = commandHandler(numberChange, store);
  const customers = customerCopies({ pool, catchUp });
  return {
    '/cards': cardRoutes({ cards, customers, numbersOf: cardList.finder({ pool, catchUp }), now }),
    '/customers': numberChangeRoutes({ pool, catchUp }),
    '/streams': streamRoutes({ card: cards, 'number-change': numberChanges }),
    '/audit': auditRoutes(pool, {
      card: auditor(cards, brokenRule),
      'number-change': auditor(numberChanges),
    }),
  };
};
