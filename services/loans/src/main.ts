import { eventSourcedConfig, runEventSourced } from '@bankside/event-sourced';
import { readConfig } from '@bankside/runtime';
import { routes } from './app';
import { published } from './messaging/published';
import { subscribed } from './messaging/subscribed';

runEventSourced({
  name: 'loans',
  config: readConfig(process.env, eventSourcedConfig),
  published,
  subscribed,
  routes,
});
