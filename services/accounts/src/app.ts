import { customerReplica } from '@bankside/replicas';
import { mobileNumberChange, mobileNumberChangeRoutes } from '@bankside/mobile-number-change';
import { commandHandler } from '@bankside/kernel';
import { auditor, auditRoutes, streamRoutes, type ServiceDeps } from '@bankside/event-sourced';
import { accountRoutes } from './api/routes';
import { brokenRule, account } from './domain/account';
import { accountNumbers } from './messaging/account-numbers';

/** The routes of the service. */
export const routes = ({ store, now, pool, catchUp }: ServiceDeps) => {
  const accounts = commandHandler(account, store);
  const numberChanges = commandHandler(mobileNumberChange, store);
  return {
    '/accounts': accountRoutes({
      accounts,
      customers: customerReplica({ pool, catchUp }),
      numbersOf: accountNumbers.finder({ pool, catchUp }),
      catchUp,
      now,
    }),
    '/customers': mobileNumberChangeRoutes({ store, pool, catchUp, now }),
    '/streams': streamRoutes({ account: accounts, 'number-change': numberChanges }),
    '/audit': auditRoutes(pool, {
      account: auditor(accounts, brokenRule),
      'number-change': auditor(numberChanges),
    }),
  };
};
