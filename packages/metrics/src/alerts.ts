import {
  above,
  below,
  increase,
  max,
  quantile,
  rate,
  ratio,
  select,
  sum,
  type Expression,
} from './expression';

export type AlertRule = Readonly<{
  expression: Expression;
  /** How long the expression must hold before the alert fires. */
  forSeconds: number;
  severity: 'critical' | 'warning';
  /** One line, with `{{ $labels.… }}`. */
  summary: string;
}>;

const STREAMING = /\/api\/(events|journal\/export)/;

/** The alert rules by name. `docs/runbooks/<name>.md` explains each one and its remedy. */
export const alertRules = {
  ServiceDown: {
    expression: below(select('up', { job: 'bankside' }), 1),
    forSeconds: 60,
    severity: 'critical',
    summary: 'A process of {{ $labels.service }} does not serve its metrics.',
  },
  OutboxStuck: {
    expression: above(max(select('outbox_oldest_seconds'), 'service', 'partition'), 30),
    forSeconds: 60,
    severity: 'critical',
    summary: 'A commit of {{ $labels.service }} has waited {{ $value | humanizeDuration }} for the feed.',
  },
  PublicationStuck: {
    expression: above(max(select('feed_unpublished_oldest_seconds'), 'service', 'partition'), 60),
    forSeconds: 60,
    severity: 'warning',
    summary: 'Events of {{ $labels.service }} do not reach the broker.',
  },
  ConsumerBehind: {
    expression: above(max(select('consumer_lag_seconds'), 'service', 'consumer', 'source'), 60),
    forSeconds: 120,
    severity: 'warning',
    summary:
      '{{ $labels.consumer }} is {{ $value | humanizeDuration }} behind the events of {{ $labels.source }}.',
  },
  DeadLetters: {
    expression: above(max(select('consumer_dead_letters'), 'service', 'consumer', 'source'), 0),
    forSeconds: 60,
    severity: 'warning',
    summary: '{{ $labels.consumer }} could not apply {{ $value }} events of {{ $labels.source }}.',
  },
  NeedsAttention: {
    expression: above(max(select('attention_open')), 0),
    forSeconds: 60,
    severity: 'critical',
    summary: '{{ $value }} entries of the attention register wait for an operator.',
  },
  RequestsFailing: {
    expression: above(
      ratio(
        sum(rate(select('http_request_duration_seconds_count', { status: /5../ })), 'service'),
        sum(rate(select('http_request_duration_seconds_count')), 'service'),
      ),
      0.05,
    ),
    forSeconds: 120,
    severity: 'critical',
    summary: '{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} fail.',
  },
  RequestsSlow: {
    expression: above(
      quantile(
        0.95,
        sum(
          rate(select('http_request_duration_seconds_bucket', { route: { not: STREAMING } })),
          'service',
          'le',
        ),
      ),
      1,
    ),
    forSeconds: 120,
    severity: 'warning',
    summary: 'One of twenty requests to {{ $labels.service }} takes more than a second.',
  },
  AppendsFailing: {
    expression: above(
      sum(rate(select('append_duration_seconds_count', { outcome: 'outage' })), 'service'),
      0,
    ),
    forSeconds: 60,
    severity: 'critical',
    summary: '{{ $labels.service }} cannot store events: its sidecar or database does not respond.',
  },
  CircuitBreakerOpen: {
    expression: above(max(select('circuit_breaker_open'), 'service', 'owner'), 0),
    forSeconds: 60,
    severity: 'warning',
    summary: '{{ $labels.service }} no longer sends requests to {{ $labels.owner }}, which did not respond.',
  },
  DeliveriesRejected: {
    expression: above(
      sum(
        increase(select('event_deliveries_rejected_total', { problem: { not: 'handler-failed' } }), 900),
        'service',
        'source',
      ),
      0,
    ),
    forSeconds: 0,
    severity: 'critical',
    summary: '{{ $labels.service }} received messages for {{ $labels.source }} that its owner did not sign.',
  },
  HistoryRewritten: {
    expression: above(
      sum(increase(select('feed_head_problems_total', { problem: 'rewritten' }), 3_600), 'service', 'source'),
      0,
    ),
    forSeconds: 0,
    severity: 'critical',
    summary: 'The history of {{ $labels.source }} is not the one that {{ $labels.service }} has seen before.',
  },
} as const satisfies Readonly<Record<string, AlertRule>>;

export type AlertName = keyof typeof alertRules;
