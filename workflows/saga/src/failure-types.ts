/** Types of the failures that activities throw, as they show in Temporal. */
export const REJECTED = 'Rejected'; // A rule said no.
export const UNAVAILABLE_SERVICE = 'Unavailable'; // Trouble that passes.
export const UNEXPECTED_ANSWER = 'UnexpectedAnswer'; // What a correct caller never gets: someone must look.
