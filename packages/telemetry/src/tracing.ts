import type { Attributes, Link, SpanContext, SpanKind } from '@opentelemetry/api';

/** A span under way. */
export type RecordedSpan = {
  name: string;
  readonly kind: SpanKind;
  readonly context: SpanContext;
  readonly parent: SpanContext | undefined;
  readonly links: Link[];
  readonly attributes: Attributes;
  /** Milliseconds since the epoch. */
  readonly start: number;
  failed: boolean;
};

export type Recorder = Readonly<{
  newTraceId: () => string;
  newSpanId: () => string;
  /** Whether the ratio of traces to record includes this one. */
  includes: (traceId: string) => boolean;
  /** Queues a span for its export. `end` is in milliseconds since the epoch; before the start it counts as the start. */
  ended: (span: RecordedSpan, end: number) => void;
}>;

/** Has a recorder while tracing is on. */
export const tracing: { recorder: Recorder | undefined } = { recorder: undefined };
