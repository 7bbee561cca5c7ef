import type { EventHandler, EventKeys } from '@bankside/dapr';
import { projectionRoutes, queryRoutes, type ProjectionHost } from '@bankside/projections';
import { operatorRoutes, serviceApp, type ServiceAppOptions } from '@bankside/runtime';
import type { Router } from 'express';

/** Everything that the service needs from outside. */
export type Deps = Omit<ServiceAppOptions, 'routes' | 'rawBodyRouters'> &
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
