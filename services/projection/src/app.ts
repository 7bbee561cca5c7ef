import type { EventHandler, EventKeys } from '@bankside/dapr';
import { projectionRoutes, queryRoutes, waitForWrites, type ProjectionHost } from '@bankside/projections';
import { operatorRoutes, serviceApp, type ServiceAppOptions } from '@bankside/runtime';
import type { Router } from 'express';
import { journalReader } from './ledger/journal-reader';
import { ledgerRoutes } from './ledger/routes';
import { journal } from './views/journal';
import { journalHours } from './views/journal-hours';

/** Everything that the service needs from outside. */
type Deps = Omit<ServiceAppOptions, 'routes' | 'rawBodyRouters'> &
  Readonly<{
    host: ProjectionHost;
    keys: EventKeys;
    /** The routes to which the sidecar delivers events, for handlers by source. */
    deliveryRoutes: (handlers: Readonly<Record<string, EventHandler>>) => Router;
  }>;

/** The routes of the service. No listen, no environment. */
export const createApp = ({ host, keys, deliveryRoutes, ...shell }: Deps) => {
  const { projections } = host.operations;
  const sources = new Set(projections.flatMap((projection) => projection.sources));
  return serviceApp({
    ...shell,
    rawBodyRouters: [
      deliveryRoutes(Object.fromEntries([...sources].map((source) => [source, host.deliver(source)]))),
    ],
    routes: {
      '/projections': projectionRoutes(host.operations),
      '/ledger': ledgerRoutes(
        journalReader(host.operations.pool, {
          entries: host.queries(journal),
          hours: host.queries(journalHours),
        }),
        async (req) => {
          await Promise.all([journal, journalHours].map((view) => waitForWrites(view, host)(req)));
        },
      ),
      ...operatorRoutes({ pool: host.operations.pool, consumers: () => host.consumers, keys }),
      ...Object.fromEntries(
        projections.map((projection) => [
          `/${projection.name}`,
          queryRoutes(projection, host.queries(projection), host),
        ]),
      ),
    },
  });
};
