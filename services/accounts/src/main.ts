import { customerReplicaTables } from '@bankside/replicas';
import { mobileNumberChangeTables } from '@bankside/mobile-number-change';
import { eventSourcedConfig, readConfig, runEventSourced } from '@bankside/service';
import { routes } from './app';
import { published } from './messaging/published';
import { subscribed } from './messaging/subscribed';

runEventSourced({
  name: 'accounts',
  config: readConfig(process.env, eventSourcedConfig),
  published,
  subscribed,
  tables: `${customerReplicaTables} ${mobileNumberChangeTables}`,
  routes,
});
