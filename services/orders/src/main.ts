import {
  replicateCustomers,
  replicateProducts,
  customerReplicaTables,
  productReplicaTables,
} from '@bankside/replicas';
import { eventSourcedConfig, readConfig, runEventSourced } from '@bankside/service';
import { routes } from './app';
import { published } from './messaging/published';

runEventSourced({
  name: 'orders',
  config: readConfig(process.env, eventSourcedConfig),
  published,
  subscribed: () => ({ customers: replicateCustomers, inventory: replicateProducts }),
  tables: `${customerReplicaTables} ${productReplicaTables}`,
  routes,
});
