import { createHash } from 'node:crypto';
import { TraceFlags, type SpanContext } from '@opentelemetry/api';

/** W3C Trace Context. A version above 00 may have more fields, and `ff` is invalid. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})(-[\x21-\x7e]*)?$/;

/** The context in a `traceparent`, or undefined if it is malformed: the request then begins a new trace. */
export const spanContextOf = (traceparent: string | undefined): SpanContext | undefined => {
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || (version === '00' && more !== undefined))
    return undefined;
  const traceFlags = Number.parseInt(flags ?? '0', 16) & TraceFlags.SAMPLED;
  return { traceId, spanId, traceFlags, isRemote: true };
};

/** The `traceparent` of a context, version 00. */
export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`;

/**
 * The context of a span that is recorded later than its children: its id derives from the seed, so that they know it.
 * Undefined without a valid parent.
 */
export const derivedContext = (parent: string | undefined, seed: string): SpanContext | undefined => {
  const known = spanContextOf(parent);
  return known && { ...known, spanId: createHash('sha256').update(seed).digest('hex').slice(0, 16) };
};

export const isTraceparent = (text: string | undefined): text is string => spanContextOf(text) !== undefined;
