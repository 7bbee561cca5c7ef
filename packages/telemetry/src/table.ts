/** The attributes of spans: the names of OpenTelemetry where it has one, else with the prefix `bankside.`. */
export const attributes = {
  'http.request.method': 'Method of the request',
  'http.route': 'Route that handled the request',
  'http.response.status_code': 'Status of the response',
  'error.type':
    'Status of a failed response, or class of the error. Messages are never recorded: they may name a person',
  'peer.service': 'Called service',
  'url.path': 'Path without its query',
  'messaging.system': '`dapr`',
  'messaging.destination.name': 'Topic',
  'messaging.batch.message_count': 'Events in the batch',
  'bankside.correlation_id': 'Correlation id: the story of the request has what the trace leaves out',
  'bankside.command.outcome': '`accepted`, `rejected`, `unchanged`, `id-reused` or `revision-differs`',
  'bankside.rejection': 'Reason of a rejection, a problem name',
  'bankside.stream': 'Stream of the commit',
  'bankside.revision': 'Revision of the commit',
  'bankside.feed.position': 'Last feed position of the commit or batch',
  'bankside.consumer': 'Name of the consumer',
  'bankside.saga.id': 'Id of the workflow',
  'bankside.saga.state': 'State in which the saga ended',
  'bankside.saga.attention': 'Whether the saga needs an operator',
  'bankside.step': 'Name of the step',
  'bankside.step.attempt': 'Number of the attempt, from 1',
} as const;

type AttributeName = keyof typeof attributes;

export type SpanSpec = Readonly<{
  /** The part in braces is the target, which each span names. */
  name: string;
  kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  /** Who makes it. */
  by: string;
  meaning: string;
  /** What its parent is; without one it begins a trace. */
  parent: string;
  links?: string;
  /** Whether it may begin a trace. Any other span without a parent is not recorded. */
  root?: true;
  attributes: readonly AttributeName[];
}>;

const CREATION = 'creation context of each event of the batch, at most 128';

/** Every span of the system. The reference and the types of `withSpan` follow from this table. */
export const spans = {
  request: {
    name: '{method and route}',
    kind: 'server',
    by: 'gateway',
    meaning: 'A call of the API.',
    parent: "the caller's `traceparent`, if it is valid",
    root: true,
    attributes: [
      'http.request.method',
      'http.route',
      'http.response.status_code',
      'error.type',
      'bankside.correlation_id',
    ],
  },
  invocation: {
    name: 'invoke {method and service}',
    kind: 'client',
    by: 'gateway, composer, worker, every service that calls another',
    meaning: 'A call of another service through the sidecars, retries of the caller each with its own.',
    parent: 'the span that makes the call',
    attributes: [
      'http.request.method',
      'peer.service',
      'url.path',
      'http.response.status_code',
      'error.type',
    ],
  },
  command: {
    name: 'command {method and route}',
    kind: 'server',
    by: 'every service behind the gateway',
    meaning:
      'A change at its owner: load, decide, append. Its context is the creation context of the commit.',
    parent: 'the invocation',
    root: true,
    attributes: [
      'http.request.method',
      'http.route',
      'http.response.status_code',
      'error.type',
      'bankside.correlation_id',
      'bankside.command.outcome',
      'bankside.rejection',
      'bankside.stream',
      'bankside.revision',
    ],
  },
  reaction: {
    name: 'react {event type}',
    kind: 'consumer',
    by: 'services that react to events of others by commands',
    meaning: 'The commands that one event caused.',
    parent: 'creation context of the event, so that a choreography is one trace',
    attributes: ['bankside.feed.position', 'error.type'],
  },
  query: {
    name: 'query {method and route}',
    kind: 'server',
    by: 'every service behind the gateway',
    meaning: 'A read, including its wait for the caller’s own write.',
    parent: 'the invocation',
    attributes: [
      'http.request.method',
      'http.route',
      'http.response.status_code',
      'error.type',
      'bankside.correlation_id',
    ],
  },
  append: {
    name: 'append {service}',
    kind: 'client',
    by: 'services that store events',
    meaning: 'The transaction of a commit, including its wait in the group commit.',
    parent: 'the command or reaction',
    attributes: ['bankside.stream', 'bankside.revision', 'error.type'],
  },
  outbox: {
    name: 'outbox {service}',
    kind: 'internal',
    by: 'the leader of the relay',
    meaning: 'Time in the outbox: from the commit until the broker has its events.',
    parent: 'creation context of the commit',
    attributes: ['bankside.stream', 'bankside.revision', 'bankside.feed.position'],
  },
  publication: {
    name: 'send {topic}',
    kind: 'producer',
    by: 'the leader of the relay',
    meaning: 'One message with a batch of events.',
    parent: 'none',
    links: CREATION,
    attributes: [
      'messaging.system',
      'messaging.destination.name',
      'messaging.batch.message_count',
      'bankside.feed.position',
      'error.type',
    ],
  },
  consumption: {
    name: 'process {topic}',
    kind: 'consumer',
    by: 'services with consumers, and the worker',
    meaning: 'The transaction with the effects of a batch and the checkpoint, delivered or pulled.',
    parent: 'none',
    links: CREATION,
    attributes: [
      'messaging.system',
      'messaging.destination.name',
      'messaging.batch.message_count',
      'bankside.consumer',
      'bankside.feed.position',
      'error.type',
    ],
  },
  viewUpdate: {
    name: 'update {view}',
    kind: 'consumer',
    by: 'projection',
    meaning: 'The batch in one view: documents read, folded and replaced.',
    parent: 'none',
    links: CREATION,
    attributes: [
      'messaging.system',
      'messaging.destination.name',
      'messaging.batch.message_count',
      'bankside.consumer',
      'bankside.feed.position',
      'error.type',
    ],
  },
  saga: {
    name: 'saga {name}',
    kind: 'internal',
    by: 'worker',
    meaning:
      'A saga from its start to its end, recorded at the end. Its span id derives from the workflow id.',
    parent: 'the request or event that started it',
    attributes: [
      'bankside.correlation_id',
      'bankside.saga.id',
      'bankside.saga.state',
      'bankside.saga.attention',
      'error.type',
    ],
  },
  step: {
    name: 'step {name}',
    kind: 'internal',
    by: 'worker',
    meaning: 'One attempt of a step.',
    parent: 'the saga',
    attributes: ['bankside.saga.id', 'bankside.step', 'bankside.step.attempt', 'error.type'],
  },
  undo: {
    name: 'undo {name}',
    kind: 'internal',
    by: 'worker',
    meaning: 'One attempt of a compensation.',
    parent: 'the saga',
    attributes: ['bankside.saga.id', 'bankside.step', 'bankside.step.attempt', 'error.type'],
  },
} as const satisfies Readonly<Record<string, SpanSpec>>;

export type SpanKey = keyof typeof spans;
export type AttributesOf<K extends SpanKey> = Readonly<
  Partial<Record<(typeof spans)[K]['attributes'][number], string | number | boolean>>
>;
