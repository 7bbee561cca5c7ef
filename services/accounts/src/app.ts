import { closureRoutes, customerBlock, holdings, refusingBlockedCustomers } from '@bankside/customer-closure';
import { customerReplica } from '@bankside/replicas';
import { mobileNumberChange, mobileNumberChangeRoutes } from '@bankside/mobile-number-change';
import { commandHandler } from '@bankside/kernel';
import { streamRoutes, streamsOf, type ServiceDeps } from '@bankside/event-sourced';
import { utcDayOf } from '@bankside/std';
import { accountRoutes } from './api/routes';
import { transferRoutes } from './api/transfer-routes';
import { brokenRule, account, type AccountTypes } from './domain/account';
import { transfer } from './domain/transfer';
import { accountNumbers } from './messaging/account-numbers';

type AccountSettings = Readonly<{
  /** How much the transfers of one day from one account may sum to. */
  transferCentsPerDay: number;
}>;

/** The routes of the service. */
export const routes =
  ({ transferCentsPerDay }: AccountSettings) =>
  ({ store, now, pool, catchUp }: ServiceDeps) => {
    const transfers = commandHandler(transfer, store);
    const limitToday = () => ({
      day: utcDayOf(now().toISOString()),
      perDayCents: transferCentsPerDay,
    });
    const aggregate = refusingBlockedCustomers(account, 'AccountOpened', 'customer-not-active');
    const accounts = commandHandler(aggregate, store);
    const blocks = commandHandler(customerBlock, store);
    const numberChanges = commandHandler(mobileNumberChange, store);
    const numbersOf = accountNumbers.finder({ pool, catchUp });
    const allNumbersOf = accountNumbers.completeFinder({ pool, catchUp });
    return {
      '/accounts': accountRoutes({
        accounts,
        customers: customerReplica({ pool, catchUp }),
        numbersOf,
        allNumbersOf,
        catchUp,
        now,
        limitToday,
      }),
      '/transfers': transferRoutes({ accounts, transfers, now, limitToday }),
      '/customers': mobileNumberChangeRoutes({ store, pool, catchUp, now }),
      '/closures': closureRoutes({
        service: 'accounts',
        store,
        blocks,
        now,
        holdings: holdings<AccountTypes>({
          aggregate,
          handler: accounts,
          idsOf: allNumbersOf,
          close: ({ closureId, forced }) => ({ type: 'CloseAccount', data: { closureId, payOut: forced } }),
          reopen: ({ closureId }) => ({ type: 'ReopenAccount', data: { closureId } }),
        }),
      }),
      ...streamRoutes(pool, {
        block: streamsOf(blocks),
        account: streamsOf(accounts, brokenRule),
        transfer: streamsOf(transfers),
        'number-change': streamsOf(numberChanges),
      }),
    };
  };
