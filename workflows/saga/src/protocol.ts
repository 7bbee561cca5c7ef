// Names and types on the wire between a saga and its clients. Workflows and clients share them, so nothing here may
// depend on Node or on the workflow runtime.
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** The one task queue of all sagas: any worker can run any step, so every worker can replace a lost one. */
export const TASK_QUEUE = 'sagas';

/** The update with which a caller waits for the result. It is sent together with the start. */
export const RESULT_UPDATE = 'result';
/** The memo with the fingerprint of the input. It distinguishes a repeated start from another one with the same id. */
export const REQUEST_FINGERPRINT = 'requestFingerprint';
/** The memo with the `CausalContext` of the saga, which the requests of its steps continue. */
export const CAUSAL_CONTEXT = 'causalContext';
/** The type of the failure when a caller waits for a saga that was started with another input. */
export const ID_REUSED = 'IdReused';

/** The signal that asks a saga to stop, for sagas that can be cancelled. */
export const CANCEL_SIGNAL = 'cancel';

/** Who asks a saga to stop, and why. */
export type CancelRequest = Readonly<{ cancellationId: string; reason: string }>;

/** The query for the state of each step. */
export const STEPS_QUERY = 'steps';

/**
 * The memo of a second run of a saga that an operator finishes by hand: a `Finish`. It has the id of the saga, and so the
 * idempotency keys of its steps.
 */
export const FINISH = 'finish';

export type FinishMode =
  /** No record of the pivot: whatever the saga left is compensated, unless the pivot has run and its revocation is rejected. */
  | 'undo'
  /** The pivot may have run: it is requested again under its key, and the saga completes, or is compensated if it is rejected. */
  | 'complete';
export type Finish = Readonly<{
  mode: FinishMode;
  /** Distinguishes the requests of this run from those before, whose first responses services repeat. */
  key: string;
  by: string;
}>;

/** The update with an operator's decision about a step, and the query for all decisions that were sent. */
export const DECIDE_UPDATE = 'decide';
export const DECISIONS_QUERY = 'decisions';
/** The type of the failure when the key of a decision was used for another one. */
export const KEY_REUSED = 'KeyReused';

export type OperatorAction = 'retry' | 'skip' | 'abort';

/** What an operator decided about one step. A decision about a step that is not running has no effect. */
export type OperatorDecision = Readonly<{
  /** A decision takes effect once for each key, however often it is sent. */
  key: string;
  action: OperatorAction;
  step: string;
  by: string;
}>;
/** A decision that a saga has received, with its time in ISO 8601. */
export type ReceivedDecision = OperatorDecision & Readonly<{ at: string }>;

/** Whether an earlier decision used the same key for something else. */
export const conflictsWith =
  ({ key, action, step }: OperatorDecision) =>
  (earlier: OperatorDecision): boolean =>
    earlier.key === key && !(earlier.action === action && earlier.step === step);

export type SagaState =
  'running' | 'compensating' | 'confirmed' | 'rejected' | 'cancelled' | 'failed' | 'aborted';

/** Operators find sagas by these, in saved searches and alerts, so their names never change. */
export const searchAttributes = {
  /** True while an operator must look: a step is retried for long, or the saga failed. */
  needsAttention: defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL),
  saga: defineSearchAttributeKey('saga', SearchAttributeType.KEYWORD),
  /** Of the request that the saga follows from. */
  correlationId: defineSearchAttributeKey('correlationId', SearchAttributeType.KEYWORD),
  /** A `SagaState`. */
  sagaState: defineSearchAttributeKey('sagaState', SearchAttributeType.KEYWORD),
  /** At first the first step; later the step that is retried, that was rejected or that needs attention; at the end the last step. */
  step: defineSearchAttributeKey('step', SearchAttributeType.KEYWORD),
  customerId: defineSearchAttributeKey('customerId', SearchAttributeType.KEYWORD),
  orderId: defineSearchAttributeKey('orderId', SearchAttributeType.KEYWORD),
} as const;
