import { metricTable, type MetricDefinition, type MetricName, type MetricOf } from './table';

/** Metrics that other programs define: Prometheus itself, and Temporal's SDK in the worker. */
export const foreignMetrics = {
  up: { type: 'gauge', labels: ['job', 'instance', 'service'] },
  process_cpu_seconds_total: { type: 'counter', labels: ['service'] },
  process_resident_memory_bytes: { type: 'gauge', labels: ['service'] },
  temporal_workflow_task_execution_latency_seconds: {
    type: 'histogram',
    labels: ['service', 'namespace', 'task_queue', 'workflow_type'],
  },
  temporal_activity_execution_latency_seconds: {
    type: 'histogram',
    labels: ['service', 'namespace', 'task_queue', 'activity_type'],
  },
  temporal_request_latency_seconds: { type: 'histogram', labels: ['service', 'namespace', 'operation'] },
  temporal_sticky_cache_size: { type: 'gauge', labels: ['service', 'namespace', 'task_queue'] },
} as const;

type ForeignName = keyof typeof foreignMetrics;
type ForeignHistogram = {
  [N in ForeignName]: (typeof foreignMetrics)[N]['type'] extends 'histogram' ? N : never;
}[ForeignName];

/** What can be selected: a histogram by its buckets, its count or its sum. */
export type SeriesName =
  | Exclude<MetricName, MetricOf<'histogram'>>
  | Exclude<ForeignName, ForeignHistogram>
  | `${MetricOf<'histogram'> | ForeignHistogram}_${'bucket' | 'count' | 'sum'}`;

const SUFFIX = /_(bucket|count|sum)$/;
const isOwn = (name: string): name is MetricName => name in metricTable;
const isForeign = (name: string): name is ForeignName => name in foreignMetrics;

type Described = Readonly<{ name: MetricName | ForeignName; labels: readonly string[] }>;

/** The metric of a series, and the labels that its series have. */
export const describeSeries = (series: SeriesName): Described => {
  const base = series.replace(SUFFIX, '');
  const name = isOwn(series) || isForeign(series) ? series : base;
  const bucket = series.endsWith('_bucket') && name === base ? ['le'] : [];
  if (isOwn(name)) {
    const { labels }: MetricDefinition = metricTable[name];
    return { name, labels: ['service', ...labels, ...bucket] };
  }
  return { name: name as ForeignName, labels: [...foreignMetrics[name as ForeignName].labels, ...bucket] };
};
