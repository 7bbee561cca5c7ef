export const FIRST_STEP = 'change';

/** What the saga starts from: ids only, since a history is kept where nobody is forgotten. customers knows the number. */
export type NumberChange = Readonly<{
  /** Also the id of the workflow. */
  changeId: string;
  customerId: string;
}>;
