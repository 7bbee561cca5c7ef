import type * as z from 'zod';

/**
 * What a caller needs in order to start a saga. It names the workflow and describes its input, but not how the
 * saga works: callers depend on this, and never on the code of a workflow.
 */
export type SagaContract<Input> = Readonly<{
  /** The saga's name in searches and in the console: `pay-card`. */
  name: string;
  /** Temporal's name of the workflow. Histories keep it, so it never changes: `payCard`. */
  workflowType: string;
  /** Histories keep inputs, so a running saga must understand earlier forms of its own. */
  input: z.ZodType<Input>;
  /** The id of the workflow. A second start with the same id is rejected. */
  idOf: (input: Input) => string;
  /** The step that the saga starts with. */
  firstStep: (input: Input) => string;
  /** One line for operators. */
  summary: (input: Input) => string;
  /** More lines for operators, in Markdown. */
  details?: (input: Input) => string;
  /** The ids by which operators find the saga. */
  searchedBy: (input: Input) => Readonly<{ customerId?: string | undefined; orderId?: string }>;
}>;
