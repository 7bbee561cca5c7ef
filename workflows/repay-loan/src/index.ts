export { repayLoanActivities } from './activities';
export { repayLoan } from './workflow';
