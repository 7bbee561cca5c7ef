import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { startTelemetry } from '@bankside/telemetry';
import { startReceiver, type ReceivedSpan } from '@bankside/telemetry/testing';
import { Router } from 'express';
import pino from 'pino';
import { Registry } from 'prom-client';
import { httpApp } from './http-app';

const TRACE = 'a'.repeat(32);
const SPAN = 'b'.repeat(16);
const FORWARDED = /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/;

const MALFORMED = [
  'garbage',
  `00-${TRACE}-${SPAN}`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-x`,
  'é'.repeat(40),
];

type Options = Readonly<{ isEdge?: boolean; ratio?: number; tracing?: boolean }>;
type Request = Readonly<{ method?: string; path: string; traceparent?: string }>;

/** A line of the log, which names its trace at most once. */
const parsedOnce = (line: string): Readonly<Record<string, unknown>> => {
  expect(line.split('"trace_id"').length).toBeLessThanOrEqual(2);
  return JSON.parse(line) as Record<string, unknown>;
};

/** Sends requests to an app, one after another. @returns the `traceparent` that each handler saw, the spans, the log */
const handled = async (
  requests: readonly Request[],
  { isEdge = false, ratio = 1, tracing = true }: Options,
) => {
  const receiver = await startReceiver();
  const telemetry = startTelemetry({
    service: 'orders',
    endpoint: tracing ? receiver.url : undefined,
    ratio,
    onResult: () => undefined,
  });
  await telemetry.ready;
  const seen: (string | undefined)[] = [];
  const lines: string[] = [];
  const routes = Router()
    .all('/api/orders/:id', (req, res) => {
      seen.push(req.get('traceparent'));
      res.json({});
    })
    .all('/api/fails', () => {
      throw new Error('Ada Lovelace');
    });
  const app = httpApp({
    logger: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    metrics: new Registry(),
    isEdge,
    routes: { '/': routes },
    ready: async () => undefined,
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const { method = 'POST', path, traceparent } of requests) {
    const headers = { ...(traceparent !== undefined && { traceparent }) };
    await (await fetch(`${url}${path}`, { method, headers })).text();
  }
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  await telemetry.stop();
  await receiver.stop();
  return {
    seen,
    spans: receiver.spans(),
    log: lines.map(parsedOnce),
  };
};

const headerOf = ({ traceId, spanId }: ReceivedSpan): string => `00-${traceId}-${spanId}-01`;
const order = (traceparent?: string, method = 'POST'): Request => ({
  method,
  path: '/api/orders/7?name=Ada',
  ...(traceparent !== undefined && { traceparent }),
});
const traced = `00-${TRACE}-${SPAN}-01`;

describe('a request with a valid traceparent', () => {
  it.each([
    ['request', true, 'POST', 'POST /api/orders/:id'],
    ['command', false, 'POST', 'command POST /api/orders/:id'],
    ['query', false, 'GET', 'query GET /api/orders/:id'],
  ])('becomes the %s of its trace, which its handler carries on', async (_key, isEdge, method, name) => {
    const { seen, spans, log } = await handled([order(traced, method)], { isEdge });
    expect(spans).toMatchObject([{ name, traceId: TRACE, parentSpanId: SPAN, service: 'orders' }]);
    expect(spans[0]?.attributes).toMatchObject({
      'http.route': '/api/orders/:id',
      'http.request.method': method,
      'http.response.status_code': 200,
    });
    expect(seen).toEqual([headerOf(spans[0]!)]);
    expect(log).toMatchObject([{ trace_id: TRACE, span_id: spans[0]?.spanId }]);
    expect(JSON.stringify(spans)).not.toContain('Ada');
  });

  it('passes on unchanged without tracing, and is logged', async () => {
    const { seen, log } = await handled([order(traced)], { tracing: false });
    expect(seen).toEqual([traced]);
    expect(log).toMatchObject([{ trace_id: TRACE, span_id: SPAN }]);
  });
});

describe('a request with a malformed traceparent', () => {
  it.each([
    ['an edge', true],
    ['a service', false],
  ])('begins a new trace at %s', async (_where, isEdge) => {
    const requests = MALFORMED.map((traceparent) => order(Buffer.from(traceparent).toString('latin1')));
    const { seen, spans } = await handled(requests, { isEdge });
    expect(seen).toHaveLength(MALFORMED.length);
    expect(seen).toEqual(spans.map(headerOf));
    for (const traceparent of seen) expect(traceparent).toMatch(FORWARDED);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(MALFORMED.length);
    expect(spans.filter(({ parentSpanId, traceId }) => parentSpanId || traceId === TRACE)).toEqual([]);
  });

  it('has none without tracing', async () => {
    const { seen } = await handled([order('garbage')], { tracing: false });
    expect(seen).toEqual([undefined]);
  });
});

describe('a failed request', () => {
  it('is recorded with its status, even where the trace is not', async () => {
    const requests = [
      { path: '/api/fails', traceparent: `00-${TRACE}-${SPAN}-00` },
      order(`00-${TRACE}-${SPAN}-00`),
    ];
    const { spans } = await handled(requests, { ratio: 0 });
    expect(spans).toMatchObject([
      { name: 'command POST /api/fails', traceId: TRACE, failed: true, attributes: { 'error.type': '500' } },
    ]);
    expect(JSON.stringify(spans)).not.toContain('Ada');
  });
});

it('reads without a caller’s trace, such as polls of a feed, make no spans', async () => {
  const { spans, seen } = await handled([order(undefined, 'GET')], {});
  expect([spans, seen]).toEqual([[], [undefined]]);
});
