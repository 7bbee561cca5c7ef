import type { ReceivedSpan } from './receiver';

/** What a trace connects: `gateway → orders` for a parent and its child, `orders ⇢ projection: update statement` for a link. */
export type Edge = string;

/** The edges between services in a trace, and from its spans to those that link to them. */
export const edgesOf = (traceId: string, spans: readonly ReceivedSpan[]): ReadonlySet<Edge> => {
  const own = new Map(spans.filter((span) => span.traceId === traceId).map((span) => [span.spanId, span]));
  const edges = new Set<Edge>();
  for (const { service, parentSpanId } of own.values()) {
    const parent = own.get(parentSpanId ?? '');
    if (parent !== undefined && parent.service !== service) edges.add(`${parent.service} → ${service}`);
  }
  for (const { service, name, links } of spans)
    for (const { spanId } of links) {
      const cause = own.get(spanId);
      if (cause !== undefined) edges.add(`${cause.service} ⇢ ${service}: ${name}`);
    }
  return edges;
};

/** The expected edges that a trace lacks. */
export const missingEdges = (
  traceId: string,
  spans: readonly ReceivedSpan[],
  expected: readonly Edge[],
): readonly Edge[] => {
  const found = edgesOf(traceId, spans);
  return expected.filter((edge) => !found.has(edge));
};
