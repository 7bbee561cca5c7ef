import { closureRoutes, customerBlock, holdings, refusingBlockedCustomers } from '@bankside/customer-closure';
import { customerReplica } from '@bankside/replicas';
import { mobileNumberChange, mobileNumberChangeRoutes } from '@bankside/mobile-number-change';
import { commandHandler } from '@bankside/kernel';
import { auditor, auditRoutes, streamRoutes, type ServiceDeps } from '@bankside/event-sourced';
import { accountRoutes } from './api/routes';
import { brokenRule, account, type AccountTypes } from './domain/account';
import { accountNumbers } from './messaging/account-numbers';

/** The routes of the service. */
export const routes = ({ store, now, pool, catchUp }: ServiceDeps) => {
  const aggregate = refusingBlockedCustomers(account, 'AccountOpened', 'customer-not-active');
  const accounts = commandHandler(aggregate, store);
  const blocks = commandHandler(customerBlock, store);
  const numberChanges = commandHandler(mobileNumberChange, store);
  const numbersOf = accountNumbers.finder({ pool, catchUp });
  return {
    '/accounts': accountRoutes({
      accounts,
      customers: customerReplica({ pool, catchUp }),
      numbersOf,
      catchUp,
      now,
    }),
    '/customers': mobileNumberChangeRoutes({ store, pool, catchUp, now }),
    '/closures': closureRoutes({
      service: 'accounts',
      store,
      blocks,
      now,
      holdings: holdings<AccountTypes>({
        aggregate,
        handler: accounts,
        idsOf: accountNumbers.completeFinder({ pool, catchUp }),
        close: ({ closureId, forced }) => ({ type: 'CloseAccount', data: { closureId, payOut: forced } }),
        reopen: ({ closureId }) => ({ type: 'ReopenAccount', data: { closureId } }),
      }),
    }),
    '/streams': streamRoutes({ block: blocks, account: accounts, 'number-change': numberChanges }),
    '/audit': auditRoutes(pool, {
      block: auditor(blocks),
      account: auditor(accounts, brokenRule),
      'number-change': auditor(numberChanges),
    }),
  };
};
