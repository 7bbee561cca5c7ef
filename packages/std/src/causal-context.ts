import { defined } from './defined';

/** Why something happens. It travels with calls, commits, events and sagas; traces are sampled, the two ids are not. */
export type CausalContext = Readonly<{
  /** W3C traceparent of the call. */
  trace?: string;
  /** Id of the request that everything else follows from, a UUID. All commits with the same one are its story. */
  correlationId?: string;
  /** The direct cause: the correlation id for the request itself, an event as `orders/0/17`, or the command id of a saga's step. */
  causationId?: string;
}>;

type CausingEvent = Readonly<{
  id: string;
  traceparent?: string | undefined;
  correlationid?: string | undefined;
}>;

/** The causal context of what an event causes: its own, with the event as the direct cause. */
export const causedBy = ({ id, traceparent, correlationid }: CausingEvent): CausalContext => ({
  ...defined({ trace: traceparent, correlationId: correlationid }),
  causationId: id,
});

/** Names of headers. */
export const CORRELATION_ID = 'correlation-id';
export const CAUSATION_ID = 'causation-id';

/** The headers of a call made in this context. */
export const causalHeaders = ({ trace, correlationId, causationId }: CausalContext): Record<string, string> =>
  defined({
    traceparent: trace,
    [CORRELATION_ID]: correlationId,
    [CAUSATION_ID]: causationId,
  });

const CORRELATION = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const CAUSATION = /^[\x21-\x7e]{1,255}$/;

export const isCorrelationId = (text: string): boolean => CORRELATION.test(text);
export const isCausationId = (text: string): boolean => CAUSATION.test(text);
