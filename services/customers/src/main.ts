import { eventSourcedConfig, readConfig, runEventSourced } from '@bankside/service';
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
