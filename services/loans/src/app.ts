import { closureRoutes, customerBlock, holdings, refusingBlockedCustomers } from '@bankside/customer-closure';
import { streamRoutes, streamsOf, type ServiceDeps } from '@bankside/event-sourced';
import { commandHandler } from '@bankside/kernel';
import { mobileNumberChange, mobileNumberChangeRoutes } from '@bankside/mobile-number-change';
import { customerReplica } from '@bankside/replicas';
import { loanRoutes } from './api/routes';
import { brokenRule, loan, type LoanTypes } from './domain/loan';
import { accountFinder } from './messaging/account-replica';
import { loanNumbers } from './messaging/loan-numbers';
import { acceptNumberChange } from './use-cases';

/** The routes of the service. */
export const routes = ({ store, now, pool, catchUp }: ServiceDeps) => {
  const aggregate = refusingBlockedCustomers(loan, 'LoanGranted', 'customer-not-active');
  const loans = commandHandler(aggregate, store);
  const blocks = commandHandler(customerBlock, store);
  const numberChanges = commandHandler(mobileNumberChange, store);
  const customers = customerReplica({ pool, catchUp });
  const numbersOf = loanNumbers.finder({ pool, catchUp });
  const allNumbersOf = loanNumbers.completeFinder({ pool, catchUp });
  return {
    '/loans': loanRoutes({
      loans,
      customers,
      findAccount: accountFinder({ pool, catchUp }),
      numbersOf,
      catchUp,
      now,
    }),
    '/customers': mobileNumberChangeRoutes({
      store,
      pool,
      catchUp,
      now,
      rejectionOf: acceptNumberChange({ loans, allNumbersOf }),
    }),
    '/closures': closureRoutes({
      service: 'loans',
      store,
      blocks,
      now,
      holdings: holdings<LoanTypes>({
        aggregate,
        handler: loans,
        idsOf: allNumbersOf,
        close: ({ closureId }) => ({ type: 'CloseLoan', data: { closureId } }),
        reopen: ({ closureId }) => ({ type: 'ReopenLoan', data: { closureId } }),
      }),
    }),
    ...streamRoutes(pool, {
      block: streamsOf(blocks),
      loan: streamsOf(loans, brokenRule),
      'number-change': streamsOf(numberChanges),
    }),
  };
};
