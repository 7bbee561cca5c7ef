import { copyCustomers, copyProducts, customerTables, productTables } from '@bankside/copies';
import { eventSourcedConfig, readConfig, runEventSourced } from '@bankside/service';
import { routes } from './app';
import { published } from './messaging/published';

runEventSourced({
  name: 'orders',
  config: readConfig(process.env, eventSourcedConfig),
  published,
  subscribed: () => ({ customers: copyCustomers, inventory: copyProducts }),
  tables: `${customerTables} ${productTables}`,
  routes,
});
