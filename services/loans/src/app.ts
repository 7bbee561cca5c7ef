import { customerReplica } from '@bankside/replicas';
import { mobileNumberChange, mobileNumberChangeRoutes } from '@bankside/mobile-number-change';
import { commandHandler } from '@bankside/kernel';
import { auditor, auditRoutes, streamRoutes, type ServiceDeps } from '@bankside/event-sourced';
import { acceptNumberChange } from './api/number-changes';
import { loanRoutes } from './api/routes';
import { brokenRule, loan } from './domain/loan';
import { loanNumbers } from './messaging/loan-numbers';

/** The routes of the service. No listen, no environment. */
export const routes = ({ store, now, pool, catchUp }: ServiceDeps) => {
  const loans = commandHandler(loan, store);
  const numberChanges = commandHandler(mobileNumberChange, store);
  const customers = customerReplica({ pool, catchUp });
  const numbersOf = loanNumbers.finder({ pool, catchUp });
  return {
    '/loans': loanRoutes({ loans, customers, numbersOf, now }),
    '/customers': mobileNumberChangeRoutes({
      pool,
      catchUp,
      accept: acceptNumberChange({ loans, numbersOf, catchUp, now }),
    }),
    '/streams': streamRoutes({ loan: loans, 'number-change': numberChanges }),
    '/audit': auditRoutes(pool, {
      loan: auditor(loans, brokenRule),
      'number-change': auditor(numberChanges),
    }),
  };
};
