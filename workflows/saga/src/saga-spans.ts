import { derivedContext, recordSpan, traceparentOf } from '@bankside/telemetry';
import type { CausalContext } from '@bankside/std';
import type { InjectedSinks } from '@temporalio/worker';
import { CAUSAL_CONTEXT } from './protocol';
import type { SagaSinks } from './saga-sinks';

/** The context of the span of a run, which is recorded at its end. */
const sagaContext = (trace: string | undefined, runId: string) => derivedContext(trace, `saga ${runId}`);

/** The `traceparent` of the span that the steps of a run belong to. */
export const sagaTraceparent = (trace: string | undefined, runId: string): string | undefined => {
  const saga = sagaContext(trace, runId);
  return saga && traceparentOf(saga);
};

/** Records the span of each saga that ends. */
export const sagaSinks: InjectedSinks<SagaSinks> = {
  telemetry: {
    ended: {
      callDuringReplay: false,
      fn: ({ workflowId, workflowType, runId, startTime, memo }, state, needsAttention) => {
        const { trace, correlationId } = (memo?.[CAUSAL_CONTEXT] ?? {}) as CausalContext;
        const saga = sagaContext(trace, runId);
        if (saga === undefined) return;
        recordSpan('saga', {
          target: workflowType,
          parent: trace,
          spanId: saga.spanId,
          start: startTime,
          always: needsAttention,
          ...(needsAttention && { failed: state }),
          attributes: {
            ...(correlationId !== undefined && { 'bankside.correlation_id': correlationId }),
            'bankside.saga.id': workflowId,
            'bankside.saga.state': state,
            'bankside.saga.attention': needsAttention,
          },
        });
      },
    },
  },
};
