import { randomUUID } from 'node:crypto';
import { trace, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  RandomIdGenerator,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type IdGenerator,
  type Sampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import { spanQueue, type SpanQueueOptions } from './span-queue';
import { tracing } from './tracing';

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
  /** @internal For tests. */
  exporter?: SpanExporter;
}>;

const sampler = (ratio: number): Sampler => {
  const byRatio = new TraceIdRatioBasedSampler(ratio);
  return {
    shouldSample: (parent, traceId) => {
      const { sampling } = tracing.next;
      tracing.next.sampling = 'parent';
      if (sampling === 'always') return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      const known = sampling === 'parent' ? trace.getSpanContext(parent) : undefined;
      if (known === undefined) return byRatio.shouldSample(parent, traceId);
      const decision =
        known.traceFlags === TraceFlags.SAMPLED
          ? SamplingDecision.RECORD_AND_SAMPLED
          : SamplingDecision.NOT_RECORD;
      return { decision };
    },
    toString: () => `ParentBased{${byRatio.toString()}}`,
  };
};

const ids = (): IdGenerator => {
  const random = new RandomIdGenerator();
  return {
    generateTraceId: () => random.generateTraceId(),
    generateSpanId: () => {
      const { spanId } = tracing.next;
      tracing.next.spanId = undefined;
      return spanId ?? random.generateSpanId();
    },
  };
};

/** Starts to record spans. @returns how to stop, which takes a second at most */
export const startSdk = ({ service, endpoint, ratio, onResult, exporter }: SdkOptions) => {
  const processor = spanQueue({
    exporter:
      exporter ??
      new OTLPTraceExporter({
        url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
        timeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    onResult,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.namespace': 'bankside',
      'service.instance.id': randomUUID(),
    }),
    sampler: sampler(ratio),
    idGenerator: ids(),
    spanProcessors: [processor],
  });
  trace.setGlobalTracerProvider(provider);
  tracing.tracer = provider.getTracer('bankside');
  return async (): Promise<void> => {
    tracing.tracer = undefined;
    await processor.shutdown();
    trace.disable();
  };
};
