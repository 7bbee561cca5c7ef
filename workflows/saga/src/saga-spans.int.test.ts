import { startTelemetry } from '@bankside/telemetry';
import { startReceiver, type ReceivedSpan } from '@bankside/telemetry/testing';
import type { WorkflowInfo } from '@temporalio/workflow';
import type { SagaState } from './protocol';
import { sagaSinks, sagaTraceparent } from './saga-spans';

const TRACE = 'a'.repeat(32);
const parent = (flags: '00' | '01') => `00-${TRACE}-${'b'.repeat(16)}-${flags}`;
const RUN = 'run-1';
const CORRELATION = '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11';

/** The spans of a saga that ends in this state. */
const ended = async (
  trace: string | undefined,
  state: SagaState,
  needsAttention: boolean,
): Promise<readonly ReceivedSpan[]> => {
  const receiver = await startReceiver();
  const telemetry = startTelemetry({
    service: 'worker',
    endpoint: receiver.url,
    ratio: 1,
    onResult: () => undefined,
  });
  await telemetry.ready;
  const info = {
    workflowId: 'order-1',
    workflowType: 'placeOrder',
    runId: RUN,
    startTime: new Date(1_000),
    memo: trace === undefined ? {} : { causalContext: { trace, correlationId: CORRELATION } },
  } as unknown as WorkflowInfo;
  await sagaSinks.telemetry.ended.fn(info, state, needsAttention);
  await telemetry.stop();
  await receiver.stop();
  return receiver.spans();
};

describe('the span of a saga', () => {
  it('has the start of the saga, the trace that caused it, and the id that its steps name as their parent', async () => {
    const spans = await ended(parent('01'), 'rejected', false);
    expect(spans).toMatchObject([
      { name: 'saga placeOrder', traceId: TRACE, parentSpanId: 'b'.repeat(16), start: 1_000, failed: false },
    ]);
    expect(spans[0]?.attributes).toMatchObject({
      'bankside.saga.id': 'order-1',
      'bankside.saga.state': 'rejected',
      'bankside.correlation_id': CORRELATION,
    });
    expect(sagaTraceparent(parent('01'), RUN)).toBe(`00-${TRACE}-${spans[0]?.spanId}-01`);
  });

  it('is recorded for a saga that needs an operator, even where the trace is not', async () => {
    expect(await ended(parent('00'), 'confirmed', false)).toEqual([]);
    expect(await ended(parent('00'), 'failed', true)).toMatchObject([
      { traceId: TRACE, failed: true, attributes: { 'error.type': 'failed' } },
    ]);
  });

  it.each([undefined, 'garbage'])('is not made for a saga whose trace is %j', async (trace) => {
    expect(await ended(trace, 'confirmed', false)).toEqual([]);
  });
});
