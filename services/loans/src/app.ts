import { customerCopies, numberChange, numberChangeRoutes } from '@bankside/copies';
import { commandHandler } from '@bankside/kernel';
import { auditor, auditRoutes, streamRoutes, type ServiceDeps } from '@bankside/service';
import { acceptNumberChange } from './api/number-changes';
import { loanRoutes } from './api/routes';
import { brokenRule, loan } from './domain/loan';
import { loanList } from './messaging/loan-list';

/** The routes of the service. No listen, no environment. */
export const routes = ({ store, now, pool, catchUp }: ServiceDeps) => {
  const loans = commandHandler(loan, store);
  const numberChanges = commandHandler(numberChange, store);
  const customers = customerCopies({ pool, catchUp });
  const numbersOf = loanList.finder({ pool, catchUp });
  return {
    '/loans': loanRoutes({ loans, customers, numbersOf, now }),
    '/customers': numberChangeRoutes({
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
