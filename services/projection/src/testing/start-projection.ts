import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { EventEnvelope } from '@bankside/contracts';
import { eventKeys } from '@bankside/dapr';
import { consumerMigrations } from '@bankside/feed/migrations';
import { registerProjectionMetrics, type Projection, type ProjectionHost } from '@bankside/projections';
import { projectionMigrations } from '@bankside/projections/migrations';
import { replicas, type Replicas } from '@bankside/projections/testing';
import { createLogger, createMetrics, watchConsumers, type FaultInjection } from '@bankside/runtime';
import { createServiceDatabase, sharedMongodb } from '@bankside/tools';
import { Router } from 'express';
import { createApp } from '../app';

const CATCH_UP_MS = 60_000;

export type StartedProjection = Readonly<{
  system: Replicas;
  host: ProjectionHost;
  url: string;
  stop: () => Promise<void>;
}>;

/** The service over databases of its own, whose projections have applied the events. */
export const startProjection = async (
  name: string,
  projections: readonly Projection[],
  events: readonly EventEnvelope[],
  faults?: FaultInjection,
): Promise<StartedProjection> => {
  const { url: connectionString } = await createServiceDatabase('projection', [
    consumerMigrations,
    projectionMigrations,
  ]);
  const system = await replicas({
    connectionString,
    mongodbUrl: sharedMongodb(`${name}_${process.pid}`),
  });
  system.feeds.commit(events);
  const host = await system.start(projections);
  const metrics = createMetrics('projection');
  registerProjectionMetrics(metrics, host);
  watchConsumers(metrics, { pool: system.pool, consumers: host.writtenConsumers });
  const app = createApp({
    keys: eventKeys({}),
    logger: createLogger('projection', 'fatal'),
    metrics,
    host,
    ...(faults && { faults }),
    deliveryRoutes: () => Router(),
    ready: async () => undefined,
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await Promise.all(projections.map((one) => host.catchUp(one, one.sources, CATCH_UP_MS)));
  return {
    system,
    host,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await system.stop();
    },
  };
};
