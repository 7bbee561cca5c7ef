import type { OperatedConsumer } from '@bankside/feed';
import type { Pool } from 'pg';
import { gauge, sharedCollect } from '@bankside/metrics';
import type { Registry } from 'prom-client';
import { readConsumerLag } from './operator-routes';

/** The gauges `consumer_lag_events`, `consumer_lag_seconds` and `consumer_dead_letters` of a service. */
export const watchConsumers = (
  registry: Registry,
  { pool, consumers }: Readonly<{ pool: Pool; consumers: () => readonly OperatedConsumer[] }>,
): void => {
  const collect = sharedCollect(() => observe());
  const events = gauge(registry, 'consumer_lag_events', collect);
  const seconds = gauge(registry, 'consumer_lag_seconds', collect);
  const parked = gauge(registry, 'consumer_dead_letters', collect);

  const observe = async (): Promise<void> => {
    const rows = await Promise.all(consumers().map((one) => readConsumerLag(pool, one)));
    for (const one of [events, seconds, parked]) one.reset();
    for (const { consumer, source, partition, ...lag } of rows.flat()) {
      const labels = { consumer, source, partition };
      events.set(labels, lag.events);
      seconds.set(labels, lag.seconds);
      parked.set(labels, lag.parked);
    }
  };
};
