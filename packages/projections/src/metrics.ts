import { Gauge, type Registry } from 'prom-client';
import type { DeadLetterStore } from './dead-letters';
import type { ProjectionLag } from './lag';
import { versionName, type Projection, type ProjectionVersion } from './projection';
import type { VersionCache } from './versions';

const PARTITION = ['projection', 'source', 'partition'] as const;

export type MetricsOptions = Readonly<{
  writers: () => readonly Readonly<{ version: ProjectionVersion; partition: number }>[];
  operations: Readonly<{ deadLetters: DeadLetterStore; lag: ProjectionLag; versions: VersionCache }>;
}>;

/** Gauges of the projections that this replica writes, so that the sum over replicas counts each once. */
export const registerProjectionMetrics = (
  registry: Registry,
  { writers, operations }: MetricsOptions,
): void => {
  const { deadLetters, lag, versions } = operations;
  let observing: Promise<void> | undefined;
  /** Shared by all gauges of one scrape. */
  const collect = (): Promise<void> => {
    observing ??= observe().finally(() => {
      observing = undefined;
    });
    return observing;
  };
  const gauge = (name: string, help: string, labelNames: readonly string[] = PARTITION) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry], collect });

  const position = gauge('projection_position', 'Feed position up to which a projection has all events');
  const events = gauge('projection_lag_events', 'Events of the feed that a projection lacks');
  const seconds = gauge('projection_lag_seconds', 'Age of the oldest event that a projection lacks');
  const stuck = gauge('projection_stuck', '1 when a projection lacks events and does not advance');
  const parked = gauge('projection_dead_letters', 'Events that a projection could not apply', ['projection']);
  const written = gauge('projection_writers', 'Projections that this replica writes', []);

  const observeProjection = async (projection: Projection, version: string): Promise<void> => {
    const [count, lags] = await Promise.all([deadLetters.count(version), lag.of(projection)]);
    parked.set({ projection: projection.name }, count);
    for (const one of lags.filter(({ state }) => state !== 'unknown')) {
      const labels = { projection: projection.name, source: one.source, partition: one.partition };
      position.set(labels, one.position);
      events.set(labels, one.events);
      seconds.set(labels, one.seconds);
      stuck.set(labels, Number(one.state === 'stuck'));
    }
  };

  const observe = async (): Promise<void> => {
    const mine = writers().filter(
      ({ version: { projection, number }, partition }) =>
        partition === 0 && versions.active(projection)?.number === number,
    );
    for (const one of [position, events, seconds, stuck, parked]) one.reset();
    written.set(mine.length);
    await Promise.all(mine.map(({ version }) => observeProjection(version.projection, versionName(version))));
  };
};
