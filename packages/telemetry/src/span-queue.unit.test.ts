import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { spanQueue } from './span-queue';

const span = (traceFlags = 1) => ({ spanContext: () => ({ traceFlags }) }) as unknown as ReadableSpan;

const fixture = (respond: (done: (result: ExportResult) => void) => void, longest = 10) => {
  const batches: number[] = [];
  const results = { exported: 0, dropped: 0 };
  const exporter: SpanExporter = {
    export: (spans, done) => {
      batches.push(spans.length);
      respond(done);
    },
    shutdown: async () => undefined,
  };
  const queue = spanQueue({
    exporter,
    onResult: (result, spans) => {
      results[result] += spans;
    },
    test: { longest },
  });
  return { queue, batches, results };
};

describe('the queue of spans', () => {
  it('exports the recorded spans in batches, one after another', async () => {
    const { queue, batches, results } = fixture((done) => done({ code: ExportResultCode.SUCCESS }), 1_000);
    for (let count = 0; count < 600; count += 1) queue.onEnd(span());
    queue.onEnd(span(0));
    await queue.forceFlush();
    expect(batches).toEqual([512, 88]);
    expect(results).toEqual({ exported: 600, dropped: 0 });
  });

  it('exports a full batch without waiting for the next time', () => {
    const { queue, batches } = fixture(() => undefined, 1_000);
    for (let count = 0; count < 511; count += 1) queue.onEnd(span());
    expect(batches).toEqual([]);
    queue.onEnd(span());
    expect(batches).toEqual([512]);
  });

  it('exports the spans that follow an export with nothing to do', async () => {
    const { queue, batches } = fixture((done) => done({ code: ExportResultCode.SUCCESS }));
    await queue.forceFlush();
    queue.onEnd(span());
    await queue.forceFlush();
    expect(batches).toEqual([1]);
  });

  it('drops and counts the spans beyond its length while the receiver does not respond', () => {
    const { queue, results } = fixture(() => undefined);
    for (let count = 0; count < 10; count += 1) queue.onEnd(span());
    void queue.forceFlush(); // Takes the first ten, and waits for the receiver.
    for (let count = 0; count < 25; count += 1) queue.onEnd(span());
    expect(results).toEqual({ exported: 0, dropped: 15 });
  });

  it('counts the spans of a failed export as dropped and continues', async () => {
    const { queue, results } = fixture((done) => done({ code: ExportResultCode.FAILED }));
    queue.onEnd(span());
    await queue.forceFlush();
    queue.onEnd(span());
    await queue.forceFlush();
    expect(results).toEqual({ exported: 0, dropped: 2 });
  });

  it('stops within its timeout although the receiver does not respond, and counts what is lost', async () => {
    const { queue, results } = fixture(() => undefined);
    queue.onEnd(span());
    void queue.forceFlush();
    queue.onEnd(span());
    const before = performance.now();
    await queue.shutdown();
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(results.dropped).toBe(1);
  });
});
