import { SpanKind, TraceFlags, type Link, type SpanContext } from '@opentelemetry/api';
import { spans, type AttributesOf, type SpanKey, type SpanSpec } from './table';
import { spanContextOf, traceparentOf } from './traceparent';
import { tracing, type RecordedSpan, type Recorder } from './tracing';

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

const NO_LINKS: Link[] = [];

const sampledLinks = (traceparents: readonly Traceparent[] | undefined): Link[] => {
  if (traceparents === undefined) return NO_LINKS;
  const links = new Map<Traceparent, Link>();
  for (const traceparent of traceparents) {
    if (links.has(traceparent)) continue;
    const linked = spanContextOf(traceparent);
    if (linked?.traceFlags === TraceFlags.SAMPLED) links.set(traceparent, { context: linked });
    if (links.size === MAX_LINKS) break;
  }
  return [...links.values()];
};

/** A span that its caller ends. */
export type OpenSpan<K extends SpanKey> = ActiveSpan<K> & Readonly<{ end: (at?: Date | number) => void }>;

/** A span that is not exported. Its context says so to everything that it causes. */
const unrecorded = (context: SpanContext): OpenSpan<SpanKey> => ({
  ...NO_SPAN,
  traceparent: traceparentOf(context),
  end: () => undefined,
});

const recorded = <K extends SpanKey>(
  recorder: Recorder,
  key: K,
  { span, now }: Readonly<{ span: RecordedSpan; now: () => number }>,
): OpenSpan<K> => ({
  traceparent: traceparentOf(span.context),
  isRecorded: true,
  set: (attributes) => void Object.assign(span.attributes, attributes),
  rename: (target) => {
    span.name = nameOf(key, target);
  },
  fail: (errorType) => {
    span.failed = true;
    span.attributes['error.type'] = errorType;
  },
  end: (at) => recorder.ended(span, at === undefined ? now() : Number(at)),
});

/** The time at which a span starts, and a clock for its end: one that nobody sets, unless the start is in the past. */
const clockOf = (given: Date | number | undefined) => {
  if (given !== undefined) return { start: Number(given), now: Date.now };
  const start = Date.now();
  const monotonic = performance.now();
  return { start, now: () => start + performance.now() - monotonic };
};

/** What a span belongs to, and what it follows from. */
type Place = Readonly<{ context: SpanContext; parent: SpanContext | undefined; links: Link[] }>;

/** @returns undefined where the table has no such root, or no linked context is recorded */
const placeOf = <K extends SpanKey>(
  recorder: Recorder,
  key: K,
  options: SpanOptions<K>,
): Place | undefined => {
  const spec: SpanSpec = spans[key];
  const parent = spanContextOf(options.parent);
  const links = sampledLinks(options.links);
  const followsLinks = parent === undefined && links.length > 0;
  if (parent === undefined && !followsLinks && !spec.root) return undefined;
  const traceId = parent?.traceId ?? recorder.newTraceId();
  const isSampled = (): boolean => {
    if (options.always === true || followsLinks) return true;
    // A caller outside does not decide what is recorded.
    if (parent === undefined || key === 'request') return recorder.includes(traceId);
    return parent.traceFlags === TraceFlags.SAMPLED;
  };
  const traceFlags = isSampled() ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { context: { traceId, spanId: options.spanId ?? recorder.newSpanId(), traceFlags }, parent, links };
};

/** @returns undefined without tracing */
export const openSpan = <K extends SpanKey>(key: K, options: SpanOptions<K>): OpenSpan<K> | undefined => {
  const { recorder } = tracing;
  if (recorder === undefined) return undefined;
  const place = placeOf(recorder, key, options);
  if (place === undefined) return undefined;
  if (place.context.traceFlags === TraceFlags.NONE) return unrecorded(place.context);
  const { start, now } = clockOf(options.start);
  const span = {
    name: nameOf(key, options.target),
    kind: KINDS[spans[key].kind],
    ...place,
    attributes: { ...options.attributes },
    start,
    failed: false,
  };
  return recorded(recorder, key, { span, now });
};

const errorTypeOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

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
  const span = openSpan(key, options);
  if (failed !== undefined) span?.fail(failed);
  span?.end(end);
};

/** The ids of a trace context as they appear in logs. */
export const logFieldsOf = (traceparent: Traceparent): Readonly<{ trace_id?: string; span_id?: string }> => {
  const known = spanContextOf(traceparent);
  return known === undefined ? {} : { trace_id: known.traceId, span_id: known.spanId };
};
