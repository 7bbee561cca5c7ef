import { gauge } from '@bankside/metrics';
import type { Registry } from 'prom-client';

/**
 * `projection_writers`: the projections that this replica writes. The sum over all replicas is the number of projections
 * when each has a writer. Lag and dead letters are gauges of every consumer.
 */
export const registerProjectionMetrics = (
  registry: Registry,
  { writtenConsumers }: Readonly<{ writtenConsumers: () => readonly unknown[] }>,
): void => {
  gauge(registry, 'projection_writers', (writers) => writers.set(writtenConsumers().length));
};
