// Imports no library: services, documents and the page of the console all read this table.
import { bankProblems, customerProblems } from './problems/bank';
import { loanProblems } from './problems/loans';
import { operationProblems, requestProblems } from './problems/requests';
import { shopProblems } from './problems/shop';

/** Every problem that the system responds with, by name. Documents, `/problems/*` pages and types derive from it. */
export const problems = {
  ...requestProblems,
  ...operationProblems,
  ...customerProblems,
  ...bankProblems,
  ...loanProblems,
  ...shopProblems,
};
export type ProblemName = keyof typeof problems;

export const isProblemName = (name: string): name is ProblemName => Object.hasOwn(problems, name);
