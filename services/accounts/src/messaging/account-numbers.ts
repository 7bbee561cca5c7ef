import { numbersByCustomer } from '@bankside/replicas';
export const accountNumbers = numbersByCustomer({
  source: 'accounts',
  created: 'accounts.account-opened.v1',
  field: 'accountNumber',
});
