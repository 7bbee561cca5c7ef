import { Gauge, type Registry } from 'prom-client';

/**
 * `projection_writers`: the projections that this replica writes. The sum over all replicas is the number of projections
 * when each has a writer. Lag and dead letters are gauges of every consumer.
 */
export const registerProjectionMetrics = (
  registry: Registry,
  { writtenConsumers }: Readonly<{ writtenConsumers: () => readonly unknown[] }>,
): void => {
  new Gauge({
    name: 'projection_writers',
    help: 'Projections that this replica writes',
    registers: [registry],
    collect() {
      this.set(writtenConsumers().length);
    },
  });
};
