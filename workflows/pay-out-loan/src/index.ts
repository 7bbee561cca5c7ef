export { payOutLoanActivities } from './activities';
export { payOutLoan } from './workflow';
