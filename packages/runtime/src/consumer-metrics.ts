import type { OperatedConsumer } from '@bankside/feed';
import type { Pool } from 'pg';
import { gauge, sharedCollect } from '@bankside/metrics';
import type { Registry } from 'prom-client';
import { readConsumerLag } from './operator-routes';

type Watched = Readonly<{
  pool: Pool;
  /** Those whose lag this replica reports. */
  consumers: () => readonly OperatedConsumer[];
  /** Those of all replicas, for the backlog of the service. Default: the same. */
  all?: () => readonly OperatedConsumer[];
}>;

/** The gauges `consumer_lag_events`, `consumer_lag_seconds`, `consumer_dead_letters` and `consumer_backlog_events` of a service. */
export const watchConsumers = (registry: Registry, { pool, consumers, all = consumers }: Watched): void => {
  const collect = sharedCollect(() => observe());
  const events = gauge(registry, 'consumer_lag_events', collect);
  const seconds = gauge(registry, 'consumer_lag_seconds', collect);
  const parked = gauge(registry, 'consumer_dead_letters', collect);
  const backlog = gauge(registry, 'consumer_backlog_events', collect);

  const observe = async (): Promise<void> => {
    const rows = (await Promise.all(all().map((one) => readConsumerLag(pool, one)))).flat();
    const reported = new Set(consumers().map(({ name }) => name));
    for (const one of [events, seconds, parked]) one.reset();
    backlog.set(rows.reduce((sum, lag) => sum + lag.events, 0));
    for (const { consumer, source, partition, ...lag } of rows) {
      if (!reported.has(consumer)) continue;
      const labels = { consumer, source, partition };
      events.set(labels, lag.events);
      seconds.set(labels, lag.seconds);
      parked.set(labels, lag.parked);
    }
  };
};
