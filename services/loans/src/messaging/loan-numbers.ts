import { numbersByCustomer } from '@bankside/replicas';
export const loanNumbers = numbersByCustomer({
  source: 'loans',
  created: 'loans.loan-granted.v1',
  field: 'loanNumber',
});
