import { runEventSourced } from '@bankside/event-sourced';
import { readConfig } from '@bankside/runtime';
import { routes } from './app';
import { accountsConfig } from './config';
import { personal } from './messaging/personal';
import { published } from './messaging/published';
import { subscribed } from './messaging/subscribed';

const config = readConfig(process.env, accountsConfig);

runEventSourced({
  name: 'accounts',
  config,
  published,
  personal,
  subscribed,
  routes: routes({ transferCentsPerDay: config.TRANSFER_LIMIT_CENTS }),
});
