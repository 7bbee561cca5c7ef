import { numbersOf } from '@bankside/copies';

export const loanList = numbersOf({ source: 'loans', created: 'loans.loan-granted.v1', field: 'loanNumber' });
