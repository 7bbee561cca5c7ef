/** One call to one service; runs as an activity. */
export type Step = Readonly<{
  /** Unique within the saga; with the workflow id before it, it is the Idempotency-Key. */
  step: string;
  activity: string;
  input: object;
  /** One line for people. */
  summary: string;
}>;

/** A call with what takes it back, which must work whether or not the call happened, and refuse it when it comes late. */
export type CompensatableStep = Step & Readonly<{ compensation: Step }>;

/** One call, or several that run side by side. */
export type Stage<C extends Step> = C | readonly C[];

/** What a saga does, in order. All of it is known at the start, so that one can see what is still to come. */
export type SagaDefinition = Readonly<{
  name: string;
  /** May be refused, and is given up after a while; what was done is then undone, newest first. */
  compensatable: readonly Stage<CompensatableStep>[];
  /** May be refused, but is not given up once asked: nothing could undo it. */
  pivot?: Step;
  /** From here on there is only forward: tried until it is done. */
  retriable: readonly Stage<Step>[];
  /** Tells whoever waits for the saga that it was undone, and why. Tried until it is done. */
  onRejected?: (reason: string) => Step;
  /** The same after a cancellation. */
  onCancelled?: () => Step;
}>;

/** A refusal is a result. A saga that fails is one that a person must look at. */
export type SagaResult = Readonly<
  | {
      status: 'confirmed';
      /** How far a reader must be to see what it wrote, as the services told it. */
      tokens?: readonly string[];
    }
  | { status: 'rejected'; reason: string }
>;

type Activities = Readonly<Record<string, (input: never, step: string) => Promise<unknown>>>;

/** Writes calls to the activities of one saga, with their inputs checked. */
export const stepFactory =
  <A extends { readonly [Name in keyof A]: Activities[string] }>() =>
  <Name extends keyof A & string>(
    activity: Name,
    step: string,
    input: Parameters<A[Name]>[0] & object,
    summary: string,
  ): Step => ({ step, activity, input, summary });
