import type { ReceivedDecision, SagaState } from './protocol';
import type { StepReport } from './step-log';

/** A run of a saga that has ended. It contains ids and no personal data. */
export type SagaRecord = Readonly<{
  sagaId: string;
  runId: string;
  workflowType: string;
  saga: string;
  state: SagaState;
  needsAttention: boolean;
  /** Whether an operator started this run to finish the saga by hand. */
  finishing: boolean;
  startedAt: string;
  endedAt: string;
  correlationId?: string | undefined;
  causationId?: string | undefined;
  customerId?: string | undefined;
  orderId?: string | undefined;
  steps: readonly StepReport[];
  decisions: readonly Omit<ReceivedDecision, 'key'>[];
}>;

/** Stores a record, or replaces it. */
export type RecordSaga = (record: SagaRecord) => Promise<void>;

/** The activity of every saga that stores its record. */
export const RECORD_SAGA = 'recordSaga';
/** The workflow that runs it when the saga itself could not. It is no saga. */
export const RECORDER = 'recordSagaLater';
