import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT, SpanStatusCode, type HrTime } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  RandomIdGenerator,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace';
import { spanQueue, type SpanQueueOptions } from './span-queue';
import { tracing, type RecordedSpan } from './tracing';

/** An export with its retries. Spans wait in the queue meanwhile. */
const EXPORT_TIMEOUT_MS = 5_000;

export type SdkOptions = Readonly<{
  /** `service.name` of its spans. */
  service: string;
  /** Base URL of the receiver. */
  endpoint: string;
  /** Between 0 and 1. */
  ratio: number;
  onResult: SpanQueueOptions['onResult'];
}>;

/** Seconds and nanoseconds. */
const hrTimeOf = (ms: number): HrTime => {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.floor((ms - seconds * 1_000) * 1e6)];
};

/** What exporters of the SDK take, of the spans of one service. */
const readableSpans = (service: string) => {
  const resource = resourceFromAttributes({
    'service.name': service,
    'service.namespace': 'bankside',
    'service.instance.id': randomUUID(),
  });
  const instrumentationScope = { name: 'bankside' };
  return (span: RecordedSpan, end: number): ReadableSpan => {
    const { name, kind, context, parent, links, attributes, start, failed } = span;
    const endOrStart = Math.max(start, end);
    return {
      name,
      kind,
      spanContext: () => context,
      ...(parent !== undefined && { parentSpanContext: parent }),
      startTime: hrTimeOf(start),
      endTime: hrTimeOf(endOrStart),
      duration: hrTimeOf(endOrStart - start),
      ended: true,
      status: { code: failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
      attributes,
      links,
      events: [],
      resource,
      instrumentationScope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  };
};

/** Starts to record spans. @returns how to stop, which takes a second at most */
export const startSdk = ({ service, endpoint, ratio, onResult }: SdkOptions) => {
  const queue = spanQueue({
    exporter: new OTLPTraceExporter({
      url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
      timeoutMillis: EXPORT_TIMEOUT_MS,
    }),
    onResult,
  });
  const ids = new RandomIdGenerator();
  const sampler = new TraceIdRatioBasedSampler(ratio);
  const readable = readableSpans(service);
  tracing.recorder = {
    newTraceId: ids.generateTraceId,
    newSpanId: ids.generateSpanId,
    includes: (traceId) =>
      sampler.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED,
    ended: (span, end) => queue.onEnd(readable(span, end)),
  };
  return async (): Promise<void> => {
    tracing.recorder = undefined;
    await queue.shutdown();
  };
};
