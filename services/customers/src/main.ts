import { eventSourcedConfig, runEventSourced } from '@bankside/event-sourced';
import { readConfig } from '@bankside/runtime';
import { routes } from './app';
import { personal } from './messaging/personal';
import { published } from './messaging/published';
import { subscribed } from './messaging/subscribed';

runEventSourced({
  name: 'customers',
  config: readConfig(process.env, eventSourcedConfig),
  published,
  personal,
  subscribed,
  routes,
});
