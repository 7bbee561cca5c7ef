import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Link,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { spans, type AttributesOf, type SpanKey, type SpanSpec } from './table';
import { spanContextOf, traceparentOf } from './traceparent';
import { tracing, type Sampling } from './tracing';

const KINDS: Readonly<Record<SpanSpec['kind'], SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};
const MAX_LINKS = 128;

/** A `traceparent`, perhaps malformed. */
type Traceparent = string | undefined;

type SpanOptions<K extends SpanKey> = Readonly<{
  /** What the span's name contains in place of the braces. */
  target: string;
  attributes?: AttributesOf<K>;
  /** Its context is handed on explicitly: an implicit one (`AsyncLocalStorage`) slows every promise of the process. */
  parent?: Traceparent;
  /** Contexts that the span follows from. A span with links has no parent unless `parent` names one. */
  links?: readonly Traceparent[];
  start?: Date | number | undefined;
  /** Recorded whatever the ratio. */
  always?: boolean;
  /** Default: random. */
  spanId?: string;
}>;

/** A span under way. Without tracing it ignores everything. */
type ActiveSpan<K extends SpanKey> = Readonly<{
  /** Its context, for what it causes. Undefined without tracing. */
  traceparent: Traceparent;
  isRecorded: boolean;
  set: (attributes: AttributesOf<K>) => void;
  rename: (target: string) => void;
  /** Marks the span as failed. */
  fail: (errorType: string) => void;
}>;

const NO_SPAN: ActiveSpan<SpanKey> = {
  traceparent: undefined,
  isRecorded: false,
  set: () => undefined,
  rename: () => undefined,
  fail: () => undefined,
};

const PREFIXES = new Map<SpanKey, string>(
  Object.entries(spans).map(([key, { name }]) => [key as SpanKey, name.slice(0, name.indexOf('{'))]),
);
const nameOf = (key: SpanKey, target: string): string => `${PREFIXES.get(key)}${target}`;

const sampledLinks = (traceparents: readonly Traceparent[] = []): Link[] => {
  const links = new Map<string, Link>();
  for (const traceparent of new Set(traceparents)) {
    const linked = spanContextOf(traceparent);
    if (linked && linked.traceFlags === TraceFlags.SAMPLED) links.set(linked.spanId, { context: linked });
    if (links.size === MAX_LINKS) break;
  }
  return [...links.values()];
};

const parentOf = (parent: Traceparent): Context => {
  const named = spanContextOf(parent);
  return named ? trace.setSpanContext(ROOT_CONTEXT, named) : ROOT_CONTEXT;
};

const samplingOf = (key: SpanKey, always: boolean): Sampling => {
  if (always) return 'always';
  return key === 'request' ? 'ratio' : 'parent'; // A caller outside does not decide what is recorded.
};

/** @returns undefined where the table has no such root, or no linked context is recorded */
const started = <K extends SpanKey>(tracer: Tracer, key: K, options: SpanOptions<K>): Span | undefined => {
  const { target, attributes = {}, start, spanId } = options;
  const spec: SpanSpec = spans[key];
  const parent = parentOf(options.parent);
  const links = sampledLinks(options.links);
  const hasParent = trace.getSpanContext(parent) !== undefined;
  if (!hasParent && !spec.root && links.length === 0) return undefined;
  tracing.next.sampling = samplingOf(key, options.always === true || (!hasParent && links.length > 0));
  tracing.next.spanId = spanId;
  return tracer.startSpan(
    nameOf(key, target),
    { kind: KINDS[spec.kind], attributes, links, ...(start !== undefined && { startTime: start }) },
    parent,
  );
};

const active = <K extends SpanKey>(key: K, span: Span): ActiveSpan<K> => ({
  traceparent: traceparentOf(span.spanContext()),
  isRecorded: span.isRecording(),
  set: (attributes) => void span.setAttributes(attributes),
  rename: (target) => void span.updateName(nameOf(key, target)),
  fail: (errorType) =>
    void span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', errorType),
});

const errorTypeOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** A span that its caller ends. */
export type OpenSpan<K extends SpanKey> = ActiveSpan<K> & Readonly<{ end: () => void }>;

/** @returns undefined without tracing */
export const openSpan = <K extends SpanKey>(key: K, options: SpanOptions<K>): OpenSpan<K> | undefined => {
  const { tracer } = tracing;
  const opened = tracer && started(tracer, key, options);
  if (opened === undefined) return undefined;
  return { ...active(key, opened), end: () => opened.end() };
};

/** Runs `work` in a span, which ends with it and has failed if it throws. Without tracing it only runs `work`. */
export const withSpan = async <K extends SpanKey, T>(
  key: K,
  options: SpanOptions<K>,
  work: (span: ActiveSpan<K>) => Promise<T>,
): Promise<T> => {
  const span = openSpan(key, options);
  if (span === undefined) return work(NO_SPAN);
  try {
    return await work(span);
  } catch (error) {
    span.fail(errorTypeOf(error));
    throw error;
  } finally {
    span.end();
  }
};

/** Records a span that has ended. */
export const recordSpan = <K extends SpanKey>(
  key: K,
  {
    end,
    failed,
    ...options
  }: SpanOptions<K> & Readonly<{ end?: Date | number; failed?: string | undefined }>,
): void => {
  const { tracer } = tracing;
  const opened = tracer && started(tracer, key, options);
  if (opened === undefined) return;
  if (failed !== undefined) active(key, opened).fail(failed);
  opened.end(end);
};

/** The ids of a trace context as they appear in logs. */
export const logFieldsOf = (traceparent: Traceparent): Readonly<{ trace_id?: string; span_id?: string }> => {
  const known = spanContextOf(traceparent);
  return known === undefined ? {} : { trace_id: known.traceId, span_id: known.spanId };
};
