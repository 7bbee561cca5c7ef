import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { metricTable, type LabelOf, type MetricDefinition, type MetricName, type MetricOf } from './table';

export * from './table';

const configurationOf = <N extends MetricName>(registry: Registry, name: N) => {
  const { help, labels }: MetricDefinition = metricTable[name];
  return { name, help, labelNames: labels as readonly LabelOf<N>[], registers: [registry] };
};

/** Registers a counter of the table. Its series begin with their first increment, which `increase` does not see: see `begin`. */
export const counter = <N extends MetricOf<'counter'>>(registry: Registry, name: N): Counter<LabelOf<N>> =>
  new Counter<LabelOf<N>>(configurationOf(registry, name));

/** Begins series of a counter at 0, so that the first increment counts for `rate` and `increase`. */
export const begin = <L extends string>(counter: Counter<L>, series: readonly Record<L, string>[]): void => {
  for (const labels of series) counter.inc(labels, 0);
};

/** Registers a gauge of the table; `collect` sets it before each scrape. It has no value in a scrape where `collect` fails. */
export const gauge = <N extends MetricOf<'gauge'>>(
  registry: Registry,
  name: N,
  collect?: (gauge: Gauge<LabelOf<N>>) => void | Promise<void>,
): Gauge<LabelOf<N>> => {
  const registered: Gauge<LabelOf<N>> = new Gauge<LabelOf<N>>({
    ...configurationOf(registry, name),
    ...(collect && {
      collect: async () => {
        try {
          await collect(registered);
        } catch {
          registered.reset();
          if (metricTable[name].labels.length === 0) registered.remove();
        }
      },
    }),
  });
  return registered;
};

/** One observation sets all the gauges of a scrape that share it. */
export const sharedCollect = (observe: () => Promise<void>): (() => Promise<void>) => {
  let observing: Promise<void> | undefined;
  return () =>
    (observing ??= observe().finally(() => {
      observing = undefined;
    }));
};

/** Registers a histogram of the table. */
export const histogram = <N extends MetricOf<'histogram'>>(
  registry: Registry,
  name: N,
): Histogram<LabelOf<N>> => {
  const { buckets }: MetricDefinition = metricTable[name];
  return new Histogram<LabelOf<N>>({
    ...configurationOf(registry, name),
    ...(buckets && { buckets: [...buckets] }),
  });
};
