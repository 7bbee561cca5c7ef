import { copyCustomers, customerTables, numberChangeTables } from '@bankside/copies';
import { eventSourcedConfig, readConfig, runEventSourced } from '@bankside/service';
import { routes } from './app';
import { loanList } from './messaging/loan-list';
import { published } from './messaging/published';

runEventSourced({
  name: 'loans',
  config: readConfig(process.env, eventSourcedConfig),
  published,
  subscribed: { customers: copyCustomers, loans: loanList.keep },
  tables: `${customerTables} ${numberChangeTables} ${loanList.tables}`,
  routes,
});
