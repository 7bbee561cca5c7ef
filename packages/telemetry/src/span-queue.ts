import { setTimeout as wait } from 'node:timers/promises';
import { TraceFlags } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';

/** Spans that wait for their export. More are dropped: a receiver that is down or slow costs memory up to here. */
const LONGEST_QUEUE = 4_096;
const BATCH_SPANS = 512;
/** The default of OpenTelemetry. Each export has a price of its own, so rarer ones cost less. */
const EXPORT_EVERY_MS = 5_000;
/** What a receiver may add to the shutdown of a process. */
const STOP_TIMEOUT_MS = 1_000;

export type SpanQueueOptions = Readonly<{
  exporter: SpanExporter;
  onResult: (result: 'exported' | 'dropped', spans: number, error?: Error) => void;
  /** @internal For tests. */
  test?: Readonly<{ longest?: number }>;
}>;

/** Exports spans in batches, one batch at a time. Never blocks the code that ends a span. */
export const spanQueue = ({ exporter, onResult, test }: SpanQueueOptions): SpanProcessor => {
  const longest = test?.longest ?? LONGEST_QUEUE;
  let queue: ReadableSpan[] = [];
  let timer: NodeJS.Timeout | undefined;
  let exporting: Promise<void> | undefined;

  const exportBatch = (batch: ReadableSpan[]): Promise<void> =>
    new Promise((resolve) =>
      exporter.export(batch, ({ code, error }) => {
        onResult(code === ExportResultCode.SUCCESS ? 'exported' : 'dropped', batch.length, error);
        resolve();
      }),
    );

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.slice(0, BATCH_SPANS);
      queue = queue.slice(BATCH_SPANS);
      await exportBatch(batch);
    }
  };

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    exporting ??= drain().finally(() => {
      exporting = undefined;
    });
    return exporting;
  };

  return {
    onStart: () => undefined,
    onEnd: (span) => {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
      if (queue.length >= longest) return onResult('dropped', 1);
      queue.push(span);
      if (queue.length === BATCH_SPANS) void flush();
      else timer ??= setTimeout(() => void flush(), EXPORT_EVERY_MS).unref();
    },
    forceFlush: flush,
    shutdown: async () => {
      await Promise.race([flush(), wait(STOP_TIMEOUT_MS)]);
      if (queue.length > 0) onResult('dropped', queue.length);
      queue = [];
    },
  };
};
