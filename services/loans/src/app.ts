import { auditor, auditRoutes, streamRoutes, type ServiceDeps } from '@bankside/event-sourced';
import { commandHandler } from '@bankside/kernel';
import { mobileNumberChange, mobileNumberChangeRoutes } from '@bankside/mobile-number-change';
import { customerReplica } from '@bankside/replicas';
import { loanRoutes } from './api/routes';
import { brokenRule, loan } from './domain/loan';
import { loanNumbers } from './messaging/loan-numbers';
import { acceptNumberChange } from './use-cases';

/** The routes of the service. */
export const routes = ({ store, now, pool, catchUp }: ServiceDeps) => {
  const loans = commandHandler(loan, store);
  const numberChanges = commandHandler(mobileNumberChange, store);
  const customers = customerReplica({ pool, catchUp });
  const numbersOf = loanNumbers.finder({ pool, catchUp });
  return {
    '/loans': loanRoutes({ loans, customers, numbersOf, catchUp, now }),
    '/customers': mobileNumberChangeRoutes({
      store,
      pool,
      catchUp,
      now,
      rejectionOf: acceptNumberChange({ loans, numbersOf, catchUp }),
    }),
    '/streams': streamRoutes({ loan: loans, 'number-change': numberChanges }),
    '/audit': auditRoutes(pool, {
      loan: auditor(loans, brokenRule),
      'number-change': auditor(numberChanges),
    }),
  };
};
