import type { Pull } from '@bankside/feed';
import type { Logger } from '@bankside/runtime';
import type { Connection } from 'mongoose';
import type { Pool } from 'pg';
import { keeper } from './control/keeper';
import { keepLetters, letterBox } from './control/letters';
import { registry } from './control/registry';
import { operatorRequests } from './control/requests';
import { installTables } from './control/tables';
import { directory } from './runner/directory';
import { feeds } from './runner/feeds';
import { lag } from './runner/lag';
import { projections } from './runner/projections';
import { reader } from './runner/reader';
import { replayer } from './runner/replay';
import { supervisor } from './runner/supervisor';
import { waiting } from './runner/waiting';
import { mongoStore, togetherOn } from './store/mongo-store';
import { postgresStore } from './store/postgres-store';
import type { View } from './view';

export type ProjectionOptions = Readonly<{
  views: readonly View[];
  /** The service's own database, by a pool and for a connection of its own. */
  pool: Pool;
  connectionString: string;
  mongodb: Connection;
  pullFrom: (source: string) => Pull;
  now: () => Date;
  logger: Logger;
}>;

/** One replica of the views: its part in writing them, and the means to read them and to look after them. */
export const projection = (options: ProjectionOptions) => {
  const { views, pool, connectionString, mongodb, pullFrom, now, logger } = options;
  const register = registry(pool);
  const known = directory(views, register);
  const sources = feeds(pullFrom);
  const letters = letterBox(pool);
  let together = 1;
  const stores = {
    mongodb: mongoStore({ connection: mongodb, together: () => together }, (...kept) => keepLetters(pool, ...kept)), // prettier-ignore
    postgres: postgresStore(pool, keepLetters),
  };
  const storeOf = (view: View) => stores[view.store];
  const keep = keeper({
    connectionString,
    onNotice: (notice) => facade.notice(notice),
    onError: (error) => logger.warn({ err: error }, 'the connection that holds the leases broke'),
  });
  const runners = supervisor({
    directory: known,
    keeper: keep,
    registry: register,
    storeOf,
    feeds: sources,
    replayerOf: (generation) => replayer({ pool, letters, feeds: sources, generation }),
    onError: (error, where) => logger.error({ err: error, ...where }, 'a view was not brought forward; it is tried again'), // prettier-ignore
  });
  const facade = projections({
    views,
    directory: known,
    supervisor: runners,
    keeper: keep,
    feeds: sources,
    storeOf,
    waiting: waiting(({ view }) => storeOf(view)),
  });
  const lags = lag({ directory: known, feeds: sources, storeOf, now });

  return {
    ...facade,
    runners: runners.runners,
    lag: lags,
    reader: (view: View) => reader({ view, directory: known, storeOf }),
    operations: {
      views,
      directory: known,
      registry: register,
      keeper: keep,
      lag: lags,
      letters,
      requests: operatorRequests(pool),
      feeds: sources,
      storeOf,
      pool,
    },
    /** Brings everything to where it can be read and begins to write what no other replica writes. */
    start: async (): Promise<void> => {
      await installTables(pool);
      together = await togetherOn(mongodb);
      for (const view of views) await register.ensure(view);
      await known.refresh();
      for (const { view, active } of known.known())
        if (active?.version === view.version) await storeOf(view).install({ view, number: active.number });
      keep.start();
      runners.start();
    },
    stop: async (): Promise<void> => {
      await runners.stop();
      await keep.stop();
    },
  };
};

export type Projection = ReturnType<typeof projection>;
