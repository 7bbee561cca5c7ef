import { customerReplicaTables } from '@bankside/replicas';
import { mobileNumberChangeTables } from '@bankside/mobile-number-change';
import { eventSourcedConfig, runEventSourced } from '@bankside/event-sourced';
import { readConfig } from '@bankside/runtime';
import { routes } from './app';
import { loanNumbers } from './messaging/loan-numbers';
import { published } from './messaging/published';
import { subscribed } from './messaging/subscribed';

runEventSourced({
  name: 'loans',
  config: readConfig(process.env, eventSourcedConfig),
  published,
  subscribed,
  tables: `${customerReplicaTables} ${mobileNumberChangeTables} ${loanNumbers.tables}`,
  routes,
});
