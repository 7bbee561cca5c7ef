import { replicateCustomers, replicateProducts } from '@bankside/replicas';
import { eventSourcedConfig, runEventSourced } from '@bankside/event-sourced';
import { readConfig } from '@bankside/runtime';
import { routes } from './app';
import { listOpenOrders } from './messaging/open-orders';
import { published } from './messaging/published';

runEventSourced({
  name: 'orders',
  config: readConfig(process.env, eventSourcedConfig),
  published,
  subscribed: () => ({ customers: replicateCustomers, inventory: replicateProducts, orders: listOpenOrders }),
  routes,
});
