import { replicateCustomers, replicateProducts } from '@bankside/replicas';
import { runEventSourced } from '@bankside/event-sourced';
import { readConfig } from '@bankside/runtime';
import { routes } from './app';
import { ordersConfig } from './config';
import { listOpenOrders } from './messaging/open-orders';
import { published } from './messaging/published';

const config = readConfig(process.env, ordersConfig);

runEventSourced({
  name: 'orders',
  config,
  published,
  subscribed: () => ({ customers: replicateCustomers, inventory: replicateProducts, orders: listOpenOrders }),
  routes: routes({ reservationSeconds: config.RESERVATION_SECONDS, returnDays: config.RETURN_DAYS }),
});
