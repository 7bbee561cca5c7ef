import { customerCopies, numberChange, numberChangeRoutes } from '@bankside/copies';
import { commandHandler } from '@bankside/kernel';
import { auditor, auditRoutes, streamRoutes, type ServiceDeps } from '@bankside/service';
import { accountRoutes } from './api/routes';
import { brokenRule, account } from './domain/account';

/** The routes of the service. No listen, no environment. */
export const routes = ({ store, now, pool, catchUp }: ServiceDeps) => {
  const accounts = commandHandler(account, store);
  const numberChanges = commandHandler(numberChange, store);
  return {
    '/accounts': accountRoutes({ accounts, store, customers: customerCopies({ pool, catchUp }), now }),
    '/customers': numberChangeRoutes({ pool, catchUp }),
    '/streams': streamRoutes({ account: accounts, 'number-change': numberChanges }),
    '/audit': auditRoutes(pool, {
      account: auditor(accounts, brokenRule),
      'number-change': auditor(numberChanges),
    }),
  };
};
