import { eventSourcedConfig, readConfig, runEventSourced } from '@bankside/service';
import { routes } from './app';
import { listProducts, productListTables } from './messaging/product-list';
import { published } from './messaging/published';

runEventSourced({
  name: 'inventory',
  config: readConfig(process.env, eventSourcedConfig),
  published,
  subscribed: () => ({ inventory: listProducts }),
  tables: productListTables,
  routes,
});
