import type { OperatedConsumer } from '@bankside/feed';
import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';
import { readConsumerLag } from './operator-routes';

const PARTITION = ['consumer', 'source', 'partition'] as const;

/** The gauges `consumer_lag_events`, `consumer_lag_seconds` and `consumer_dead_letters` of a service. */
export const watchConsumers = (
  registry: Registry,
  { pool, consumers }: Readonly<{ pool: Pool; consumers: () => readonly OperatedConsumer[] }>,
): void => {
  let observing: Promise<void> | undefined;
  /** One observation sets all three gauges of a scrape. */
  const collect = (): Promise<void> => {
    observing ??= observe().finally(() => {
      observing = undefined;
    });
    return observing;
  };
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: [...PARTITION], registers: [registry], collect });
  const events = gauge('consumer_lag_events', 'Events of the feed that the consumer has not applied yet');
  const seconds = gauge(
    'consumer_lag_seconds',
    'Age of the oldest event that the consumer has not applied yet',
  );
  const parked = gauge(
    'consumer_dead_letters',
    'Events that the consumer could not apply, and those behind them',
  );

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
