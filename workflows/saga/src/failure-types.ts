/** Types of the failures that activities throw: a rule said no; an answer that a correct caller never gets. */
export const REJECTED = 'Rejected';
export const UNEXPECTED_ANSWER = 'UnexpectedAnswer';
