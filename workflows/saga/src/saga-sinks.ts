import type { Sinks } from '@temporalio/workflow';
import type { SagaState } from './protocol';

/** What workflows report outside of their history. */
export interface SagaSinks extends Sinks {
  telemetry: { ended: (state: SagaState, needsAttention: boolean) => void };
}
