/** One call to one service; runs as an activity. */
export type Call = Readonly<{
  /** Unique within the saga; with the workflow id before it, it is the Idempotency-Key. */
  step: string;
  activity: string;
  input: object;
  /** One line for people. */
  summary: string;
}>;

/** A call with what takes it back, which must work whether or not the call happened, and refuse it when it comes late. */
export type UndoableCall = Call & Readonly<{ undo: Call }>;

/** One call, or several that run side by side. */
export type Stage<C extends Call> = C | readonly C[];

/** What a saga does, in order. All of it is known at the start, so that one can see what is still to come. */
export type Saga = Readonly<{
  name: string;
  /** May be refused, and is given up after a while; what was done is then undone, newest first. */
  undoable: readonly Stage<UndoableCall>[];
  /** May be refused, but is not given up once asked: nothing could undo it. */
  pivot?: Call;
  /** From here on there is only forward: tried until it is done. */
  certain: readonly Stage<Call>[];
  /** Tells whoever waits for the saga that it was undone, and why. Tried until it is done. */
  onRefused?: (reason: string) => Call;
  /** The same after a cancellation. */
  onCancelled?: () => Call;
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
export const callsTo =
  <A extends { readonly [Name in keyof A]: Activities[string] }>() =>
  <Name extends keyof A & string>(
    activity: Name,
    step: string,
    input: Parameters<A[Name]>[0] & object,
    summary: string,
  ): Call => ({ step, activity, input, summary });
