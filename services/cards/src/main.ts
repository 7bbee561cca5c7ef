import { customerTables, numberChangeTables } from '@bankside/copies';
import { eventSourcedConfig, readConfig, runEventSourced } from '@bankside/service';
import { routes } from './app';
import { cardList } from './messaging/card-list';
import { published } from './messaging/published';
import { subscribed } from './messaging/subscribed';

runEventSourced({
  name: 'cards',
  config: readConfig(process.env, eventSourcedConfig),
  published,
  subscribed,
  tables: `${customerTables} ${numberChangeTables} ${cardList.tables}`,
  routes,
});
