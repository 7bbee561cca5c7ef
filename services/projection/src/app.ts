import { subscriptionRoutes } from '@bankside/dapr';
import { serviceApp, logDeliveryProblem, type ServiceAppOptions } from '@bankside/runtime';
import { Router } from 'express';
import { consistent } from './api/consistency';
import { letterRoutes } from './api/letters';
import { projectionRoutes } from './api/projections';
import { queryRoutes } from './api/queries';
import type { Projection } from './projection';
import type { View } from './view';

/** Everything that the service needs from outside. */
export type Deps = Omit<ServiceAppOptions, 'routes' | 'unparsed'> &
  Readonly<{ views: readonly View[]; projection: Projection }>;

const sourcesOf = (views: readonly View[]): readonly string[] => [
  ...new Set(views.flatMap(({ sources }) => sources)),
];

/** The routes of the service. No listen, no environment. */
export const createApp = ({ views, projection, ...shell }: Deps) => {
  const queries = (view: View): Router =>
    Router().use(consistent(view, projection), queryRoutes(view, projection.reader(view)));
  return serviceApp({
    ...shell,
    rawBodyRouters: [
      subscriptionRoutes(
        Object.fromEntries(sourcesOf(views).map((source) => [source, projection.deliver(source)])),
        logDeliveryProblem(shell.logger),
      ),
    ],
    routes: {
      '/projections': projectionRoutes(projection.operations),
      '/dead-letters': letterRoutes(projection.operations),
      ...Object.fromEntries(views.map((view) => [`/${view.name}`, queries(view)])),
    },
  });
};
