/** Which processes have a metric. */
export const metricScopes = {
  every: 'Every program',
  eventSourced: 'Services that store events',
  consumers: 'Services that consume events',
  composition: 'gateway and composer',
  projection: 'projection',
  worker: 'worker',
} as const;
type MetricScope = keyof typeof metricScopes;

export type MetricDefinition = Readonly<{
  type: 'counter' | 'gauge' | 'histogram';
  unit:
    | 'seconds'
    | 'events'
    | 'commits'
    | 'requests'
    | 'commands'
    | 'loads'
    | 'sections'
    | 'tasks'
    | 'heads'
    | 'deliveries'
    | 'items'
    | 'projections'
    | 'sagas'
    | 'spans'
    | 'ratio'
    | 'boolean';
  labels: readonly string[];
  help: string;
  scope: MetricScope;
  /** Upper bounds of a histogram. */
  buckets?: readonly number[];
}>;

const FAST = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;

/**
 * Every metric of the programs. Registration, the reference, dashboards, alert rules and their tests follow from this table.
 * A label has few values: none is an id.
 */
export const metricTable = {
  http_request_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    labels: ['method', 'route', 'status'],
    help: 'Duration of HTTP requests by route',
    scope: 'every',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  },
  event_loop_utilization: {
    type: 'gauge',
    unit: 'ratio',
    labels: [],
    help: 'Share of the time since the last scrape in which the event loop was busy, between 0 and 1',
    scope: 'every',
  },
  telemetry_spans_total: {
    type: 'counter',
    unit: 'spans',
    labels: ['result'],
    help: 'Ended spans by result: `exported`, or `dropped` because the receiver was down or slow',
    scope: 'every',
  },
  commands_total: {
    type: 'counter',
    unit: 'commands',
    labels: ['route', 'outcome'],
    help: 'Commands by route and outcome: `accepted`, `unchanged`, `repeated`, `rejected`, `id-reused`, `revision-differs`. One that got no outcome is a request with a status of 500 or more',
    scope: 'eventSourced',
  },
  append_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    labels: ['outcome'],
    help: 'Duration of appends to the event store, by outcome: `committed`, `conflict` (another writer was first) or `outage`',
    scope: 'eventSourced',
    buckets: FAST,
  },
  group_commit_size: {
    type: 'histogram',
    unit: 'commits',
    labels: [],
    help: 'Appends that share one transaction',
    scope: 'eventSourced',
    buckets: [1, 2, 4, 8, 12, 16],
  },
  state_cache_misses_total: {
    type: 'counter',
    unit: 'loads',
    labels: [],
    help: 'Loads of a stream whose state was not in memory. All other loads are hits',
    scope: 'eventSourced',
  },
  outbox_commits_waiting: {
    type: 'gauge',
    unit: 'commits',
    labels: ['partition'],
    help: 'Commits that are not in the feed yet',
    scope: 'eventSourced',
  },
  outbox_oldest_seconds: {
    type: 'gauge',
    unit: 'seconds',
    labels: ['partition'],
    help: 'Age of the oldest commit that is not in the feed yet',
    scope: 'eventSourced',
  },
  feed_commits: {
    type: 'gauge',
    unit: 'commits',
    labels: ['partition'],
    help: 'Commits in the feed, of all replicas. It only grows: use `rate`',
    scope: 'eventSourced',
  },
  feed_events_unpublished: {
    type: 'gauge',
    unit: 'events',
    labels: ['partition'],
    help: 'Events in the feed that the broker does not have yet',
    scope: 'eventSourced',
  },
  feed_unpublished_oldest_seconds: {
    type: 'gauge',
    unit: 'seconds',
    labels: ['partition'],
    help: 'Age of the oldest event in the feed that the broker does not have yet',
    scope: 'eventSourced',
  },
  consumer_lag_events: {
    type: 'gauge',
    unit: 'events',
    labels: ['consumer', 'source', 'partition'],
    help: 'Events of the feed that the consumer has not applied yet',
    scope: 'consumers',
  },
  consumer_lag_seconds: {
    type: 'gauge',
    unit: 'seconds',
    labels: ['consumer', 'source', 'partition'],
    help: 'Age of the oldest event that the consumer has not applied yet',
    scope: 'consumers',
  },
  consumer_backlog_events: {
    type: 'gauge',
    unit: 'events',
    labels: [],
    help: 'Events of all feeds that the consumers of the service have not applied yet. Each replica reports the whole: use `max`',
    scope: 'consumers',
  },
  consumer_dead_letters: {
    type: 'gauge',
    unit: 'events',
    labels: ['consumer', 'source', 'partition'],
    help: 'Events that the consumer could not apply, and those behind them',
    scope: 'consumers',
  },
  event_deliveries_rejected_total: {
    type: 'counter',
    unit: 'deliveries',
    labels: ['source', 'problem'],
    help: 'Deliveries of the broker that failed or were rejected, by source and reason',
    scope: 'consumers',
  },
  feed_head_problems_total: {
    type: 'counter',
    unit: 'heads',
    labels: ['source', 'problem'],
    help: 'Heads of feeds that were not kept, by source and reason',
    scope: 'consumers',
  },
  circuit_breaker_open: {
    type: 'gauge',
    unit: 'boolean',
    labels: ['owner'],
    help: '1 while requests to the owner are not sent, because it did not respond',
    scope: 'composition',
  },
  section_cache_reads_total: {
    type: 'counter',
    unit: 'sections',
    labels: ['result'],
    help: 'Sections of a summary whose owner did not respond, by whether the cache had an earlier one: `hit` or `miss`',
    scope: 'composition',
  },
  projection_writers: {
    type: 'gauge',
    unit: 'projections',
    labels: [],
    help: 'Projections that this replica writes',
    scope: 'projection',
  },
  temporal_worker_tasks: {
    type: 'gauge',
    unit: 'tasks',
    labels: ['kind'],
    help: 'Running tasks and cached workflows, by kind',
    scope: 'worker',
  },
  saga_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    labels: ['saga', 'end'],
    help: 'Duration of sagas from start to end, by end: `confirmed`, `rejected` and `cancelled` (both compensated), `failed` and `aborted` (a person must look)',
    scope: 'worker',
    buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600],
  },
  attention_open: {
    type: 'gauge',
    unit: 'items',
    labels: [],
    help: 'Sagas, consumers and dead letters that need a person: in the register until an operator resolves them or their cause ends',
    scope: 'worker',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof metricTable;
export type MetricOf<T extends MetricDefinition['type']> = {
  [N in MetricName]: (typeof metricTable)[N]['type'] extends T ? N : never;
}[MetricName];
export type LabelOf<N extends MetricName> = (typeof metricTable)[N]['labels'][number];

/** The table with the general type of its rows. */
export const metricRows: readonly (readonly [name: MetricName, definition: MetricDefinition])[] =
  Object.entries(metricTable) as [MetricName, MetricDefinition][];
