import { increase, max, rate, ratio, select, sum } from './expression';
import { mean, NOT_STREAMING, percentile, perSecond, query, type Dashboard } from './panel';
import { processes } from './process-dashboard';

export type { Dashboard } from './panel';

/** The dashboards by the name of their file. */
export const dashboards = {
  overview: {
    title: 'Bankside: overview',
    panels: [
      {
        title: 'Requests to the gateway',
        unit: 'reqps',
        queries: [
          query(
            perSecond('http_request_duration_seconds_count', { service: 'gateway' }, 'status'),
            '{{status}}',
          ),
        ],
      },
      {
        title: 'Duration of requests to the gateway',
        unit: 's',
        queries: [0.5, 0.95, 0.99].map((share) =>
          query(
            percentile(share, 'http_request_duration_seconds_bucket', {
              service: 'gateway',
              ...NOT_STREAMING,
            }),
            `p${share * 100}`,
          ),
        ),
      },
      {
        title: 'Commits',
        unit: 'ops',
        queries: [
          query(
            perSecond('append_duration_seconds_count', { outcome: 'committed' }, 'service'),
            '{{service}}',
          ),
        ],
      },
      {
        title: 'Age of the oldest commit in the outbox',
        unit: 's',
        queries: [query(max(select('outbox_oldest_seconds'), 'service'), '{{service}}')],
      },
      {
        title: 'Lag of consumers',
        unit: 's',
        queries: [
          query(max(select('consumer_lag_seconds'), 'consumer', 'source'), '{{consumer}} of {{source}}'),
        ],
      },
      {
        title: 'Sagas by end',
        unit: 'ops',
        queries: [query(perSecond('saga_duration_seconds_count', {}, 'saga', 'end'), '{{saga}} {{end}}')],
      },
      {
        title: 'Duration of confirmed sagas, p95',
        unit: 's',
        queries: [
          query(percentile(0.95, 'saga_duration_seconds_bucket', { end: 'confirmed' }, 'saga'), '{{saga}}'),
        ],
      },
      {
        title: 'Needs a person',
        unit: 'short',
        queries: [
          query(max(select('attention_open')), 'open'),
          query(max(select('consumer_dead_letters'), 'consumer'), 'dead letters of {{consumer}}'),
        ],
      },
    ],
  },
  services: {
    title: 'Bankside: services',
    panels: [
      {
        title: 'Requests that fail',
        unit: 'percentunit',
        queries: [
          query(
            ratio(
              perSecond('http_request_duration_seconds_count', { status: /5../ }, 'service'),
              perSecond('http_request_duration_seconds_count', {}, 'service'),
            ),
            '{{service}}',
          ),
        ],
      },
      {
        title: 'Duration of requests, p95',
        unit: 's',
        queries: [
          query(
            percentile(0.95, 'http_request_duration_seconds_bucket', NOT_STREAMING, 'service'),
            '{{service}}',
          ),
        ],
      },
      {
        title: 'Commands by outcome',
        unit: 'ops',
        queries: [query(perSecond('commands_total', {}, 'service', 'outcome'), '{{service}} {{outcome}}')],
      },
      {
        title: 'Duration of appends, p95',
        unit: 's',
        queries: [
          query(
            percentile(0.95, 'append_duration_seconds_bucket', {}, 'service', 'outcome'),
            '{{service}} {{outcome}}',
          ),
        ],
      },
      {
        title: 'Commits in a transaction',
        unit: 'short',
        queries: [query(mean('group_commit_size', 'service'), '{{service}}')],
      },
      {
        title: 'States that were not in memory',
        unit: 'ops',
        queries: [query(perSecond('state_cache_misses_total', {}, 'service'), '{{service}}')],
      },
      {
        title: 'Outbox and feed',
        unit: 'short',
        queries: [
          query(max(select('outbox_commits_waiting'), 'service'), '{{service}} in the outbox'),
          query(max(select('feed_events_unpublished'), 'service'), '{{service}} unpublished'),
        ],
      },
      {
        title: 'Commits moved to the feed',
        unit: 'ops',
        queries: [
          query(max(rate(select('feed_commits')), 'service', 'partition'), '{{service}}/{{partition}}'),
        ],
      },
      {
        title: 'Age of the oldest unpublished event',
        unit: 's',
        queries: [query(max(select('feed_unpublished_oldest_seconds'), 'service'), '{{service}}')],
      },
      {
        title: 'Events not applied yet',
        unit: 'short',
        queries: [
          query(max(select('consumer_lag_events'), 'consumer', 'source'), '{{consumer}} of {{source}}'),
        ],
      },
      {
        title: 'Rejected deliveries and heads, within an hour',
        unit: 'short',
        queries: [
          query(
            sum(increase(select('event_deliveries_rejected_total'), 3_600), 'service', 'source', 'problem'),
            '{{service}} of {{source}}: {{problem}}',
          ),
          query(
            sum(increase(select('feed_head_problems_total'), 3_600), 'service', 'source', 'problem'),
            '{{service}}, head of {{source}}: {{problem}}',
          ),
        ],
      },
      {
        title: 'Open circuit breakers',
        unit: 'bool',
        queries: [query(max(select('circuit_breaker_open'), 'service', 'owner'), '{{service}} to {{owner}}')],
      },
      {
        title: 'Sections from the cache',
        unit: 'ops',
        queries: [
          query(perSecond('section_cache_reads_total', {}, 'service', 'result'), '{{service}} {{result}}'),
        ],
      },
      {
        title: 'Projections that are written',
        unit: 'short',
        queries: [query(sum(select('projection_writers')), 'projections')],
      },
    ],
  },
  processes,
} as const satisfies Readonly<Record<string, Dashboard>>;
