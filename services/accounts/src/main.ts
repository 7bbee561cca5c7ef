import { copyCustomers, customerTables, numberChangeTables } from '@bankside/copies';
import { eventSourcedConfig, readConfig, runEventSourced } from '@bankside/service';
import { routes } from './app';
import { published } from './messaging/published';

runEventSourced({
  name: 'accounts',
  config: readConfig(process.env, eventSourcedConfig),
  published,
  subscribed: { customers: copyCustomers },
  tables: `${customerTables} ${numberChangeTables}`,
  routes,
});
