import { eventSourcedConfig, runEventSourced } from '@bankside/event-sourced';
import { readConfig } from '@bankside/runtime';
import { routes } from './app';
import { listProducts } from './messaging/product-list';
import { published } from './messaging/published';

runEventSourced({
  name: 'inventory',
  config: readConfig(process.env, eventSourcedConfig),
  published,
  subscribed: () => ({ inventory: listProducts }),
  routes,
});
