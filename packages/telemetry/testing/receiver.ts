import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Value = Readonly<{
  stringValue?: string;
  intValue?: number | string;
  doubleValue?: number;
  boolValue?: boolean;
}>;
type KeyValues = readonly Readonly<{ key: string; value: Value }>[];

/** A span in OTLP's JSON encoding. */
type OtlpSpan = Readonly<{
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: KeyValues;
  links?: readonly Readonly<{ traceId: string; spanId: string }>[];
  status?: Readonly<{ code?: number }>;
}>;
type OtlpTraces = Readonly<{
  resourceSpans: readonly Readonly<{
    resource: Readonly<{ attributes: KeyValues }>;
    scopeSpans: readonly Readonly<{ spans: readonly OtlpSpan[] }>[];
  }>[];
}>;

export type ReceivedSpan = Readonly<{
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  name: string;
  /** Milliseconds since the epoch. */
  start: number;
  end: number;
  failed: boolean;
  attributes: Readonly<Record<string, string | number | boolean | undefined>>;
  links: readonly Readonly<{ traceId: string; spanId: string }>[];
}>;

const ERROR = 2;
const valueOf = ({ stringValue, intValue, doubleValue, boolValue }: Value) =>
  stringValue ?? boolValue ?? doubleValue ?? (intValue === undefined ? undefined : Number(intValue));
const attributesOf = (list: KeyValues = []): ReceivedSpan['attributes'] =>
  Object.fromEntries(list.map(({ key, value }) => [key, valueOf(value)]));
const millis = (nanos: string): number => Number(BigInt(nanos) / 1_000n) / 1_000;

const spansIn = ({ resourceSpans }: OtlpTraces): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        service,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId === '' ? undefined : span.parentSpanId,
        name: span.name,
        start: millis(span.startTimeUnixNano),
        end: millis(span.endTimeUnixNano),
        failed: span.status?.code === ERROR,
        attributes: attributesOf(span.attributes),
        links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
      })),
    );
  });

const bodyOf = async (req: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

/** Spans in memory; older ones give way. */
const RING = 100_000;

/**
 * Receives traces by OTLP/HTTP in JSON: `POST /v1/traces`. `GET /spans?trace=<id>` returns the spans of a trace and those
 * that link to it.
 */
export const startReceiver = async ({ ring = RING } = {}) => {
  let spans: ReceivedSpan[] = [];
  const ofTrace = (traceId: string): ReceivedSpan[] =>
    spans.filter((span) => span.traceId === traceId || span.links.some((link) => link.traceId === traceId));

  const server = createServer((req, res) => {
    const respond = (status: number, body: unknown): void =>
      void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const url = new URL(req.url ?? '/', 'http://receiver');
    if (req.method === 'GET' && url.pathname === '/spans')
      return respond(200, ofTrace(url.searchParams.get('trace') ?? ''));
    if (req.method !== 'POST' || url.pathname !== '/v1/traces') return respond(404, {});
    bodyOf(req)
      .then((text) => {
        spans = [...spans, ...spansIn(JSON.parse(text) as OtlpTraces)].slice(-ring);
        respond(200, { partialSuccess: {} });
      })
      .catch((error: unknown) => respond(400, { message: String(error) }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: (): readonly ReceivedSpan[] => spans,
    ofTrace,
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
