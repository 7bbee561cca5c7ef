import { subscriptionRoutes } from '@bankside/dapr';
import { httpService, type Logger, type Metrics } from '@bankside/service';
import { Router } from 'express';
import { queryRoutes } from './api/queries';
import type { Live } from './runner/live';
import type { Generation, ViewStore } from './store/port';

/** Everything that the service needs from outside. */
export type Deps = Readonly<{
  logger: Logger;
  metrics: Metrics;
  ready: () => Promise<void>;
  generations: readonly Generation[];
  store: ViewStore;
  live: Live;
}>;

const sourcesOf = (generations: readonly Generation[]): readonly string[] => [
  ...new Set(generations.flatMap(({ view }) => view.sources)),
];

const projectionRoutes = (live: Live): Router => {
  const router = Router();
  router.get('/', (_req, res) => void res.json({ projections: live.lag() }));
  return router;
};

/** The routes of the service. No listen, no environment. */
export const createApp = ({ logger, metrics, ready, generations, store, live }: Deps) =>
  httpService({
    logger,
    metrics,
    ready,
    unparsed: [
      subscriptionRoutes(
        Object.fromEntries(sourcesOf(generations).map((source) => [source, live.deliver(source)])),
        (problem) => logger.error({ ...problem }, 'a delivery was not taken'),
      ),
    ],
    routes: {
      '/projections': projectionRoutes(live),
      ...Object.fromEntries(
        generations.map((generation) => [`/${generation.view.name}`, queryRoutes(generation, store)]),
      ),
    },
  });
