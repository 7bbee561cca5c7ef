import type { CancelRequest } from './protocol';

// A saga is a sequence of local transactions, each in one service, that together succeed or are compensated
// (H. Garcia-Molina and K. Salem, "Sagas", SIGMOD 1987). Its steps are of four kinds (S. Mehrotra et al., "A transaction
// model for multidatabase systems", ICDCS 1992; C. Richardson, "Microservices Patterns", chapter 4), always in this order:
//
// - precondition: checks with an owner that the saga may begin, and changes nothing. It may be rejected.
// - compensatable: another transaction reverses its effect. The step may be rejected.
// - pivot: the step that decides. Before it the saga can still be compensated; once it has succeeded, the saga completes.
// - retriable: follows the pivot and is retried until it succeeds.
//
// In this engine a compensatable step without a response is abandoned after two minutes and compensated, since its effect
// is then unknown. The pivot has no compensation, so it is never abandoned: it is retried under one idempotency key until
// the service accepts or rejects it, and neither a timeout nor a cancellation ends it. So of a cancellation and the pivot
// exactly one wins. A rejection of a retriable step or of a compensation, other than the revocation of the pivot, is a
// defect of the service; the step is retried, and `NeedsAttention` notifies an operator.

/** One request to one service. It runs as a Temporal activity. */
export type Step = Readonly<{
  /** Unique within the saga. `<workflow id>/<name>` is the Idempotency-Key of the request. */
  name: string;
  activity: string;
  input: object;
  /** One line for operators. */
  summary: string;
  /** It runs as a compensation. */
  isUndo?: true;
}>;

/**
 * A step with the step that reverses it. The service accepts the compensation whether or not the step took effect, and
 * rejects a step that arrives after its compensation.
 */
export type CompensatableStep = Step & Readonly<{ compensation: Step }>;

/**
 * The step that decides. It may name one of the compensations as its `revocation`: that of its own service, which accepts
 * whichever of the two it receives first and rejects the other. Then the pivot may run in a workflow task whose results
 * can be lost, because the service knows whether it has.
 */
export type Pivot = Step & Readonly<{ revocation?: Step }>;

/** A retriable step. Where its service may reject it, the `fallback` then runs in its place. */
export type RetriableStep = Step & Readonly<{ fallback?: RetriableStep }>;

/** One step, or several that run concurrently. */
export type Stage<S extends Step> = S | readonly S[];

export const stepsOf = <S extends Step>(stage: Stage<S>): readonly S[] =>
  Array.isArray(stage) ? (stage as readonly S[]) : [stage as S];

/** The steps of a saga, all known at the start, so that operators can see those still to come. */
export type SagaDefinition = Readonly<{
  name: string;
  /** Checks with the owners of what the saga was started with. Until they have succeeded, nothing is changed. */
  preconditions?: readonly Stage<Step>[];
  /**
   * The rejection of a precondition by which its owner knows that the saga has succeeded: in a workflow task that was lost,
   * or in a run that Temporal has forgotten. The saga then ends as confirmed, and does nothing.
   */
  succeededReason?: string;
  /** On a rejection, a timeout or a cancellation their compensations run, newest first. */
  compensatable: readonly Stage<CompensatableStep>[];
  /** A rejection compensates the steps before it. */
  pivot: Pivot;
  /** Retried until they succeed. */
  retriable: readonly Stage<RetriableStep>[];
  /** Ends the saga as rejected, for this reason, if the pivot is not reached within this time. */
  timeLimit?: Readonly<{ seconds: number; reason: string }>;
  /** Reports to an owner, such as that of the order, why its saga was compensated. Retried until it succeeds. */
  onRejected?: (reason: string) => Step;
  /** Reports a cancellation in the same way. With it, callers may ask the saga to stop, by the signal `cancel`. */
  onCancelled?: (request: CancelRequest | undefined) => Step;
}>;

/** `outcome`: reports to an owner how the saga ended. */
export type StepKind = 'precondition' | 'compensatable' | 'pivot' | 'retriable' | 'outcome';

/** A rejection is a result. A failed workflow means that an operator must look at it. */
export type SagaResult = Readonly<
  | {
      status: 'confirmed';
      /** The `Consistency-Token` of each stream that the steps wrote to: a reader who sends them sees those writes. */
      tokens?: readonly string[];
    }
  | {
      status: 'rejected';
      reason: string;
      /** All reasons, if several concurrent steps were rejected. */
      reasons?: readonly string[];
    }
  /** Asked to stop before the pivot, and compensated. */
  | { status: 'cancelled' }
>;

/** A request to a service, made by an activity. */
export type ServiceRequest = Readonly<{
  service: string;
  path: readonly string[];
  body?: object;
  /** Rejections that count as success, because they mean that there is nothing to do. */
  ignoreRejections?: readonly string[];
}>;

/** The activities of a saga: for each name, the request that it makes for its input. */
export type ActivityRequests = Readonly<Record<string, (input: never) => ServiceRequest>>;

/** Creates steps whose inputs are checked against the activities of one saga. */
export const stepFactory =
  <A extends ActivityRequests>() =>
  <Activity extends keyof A & string>(
    activity: Activity,
    name: string,
    input: Parameters<A[Activity]>[0] & object,
    summary: string,
  ): Step => ({ name, activity, input, summary });
