import { numbersByCustomer } from '@bankside/replicas';
export const cardNumbers = numbersByCustomer({
  source: 'cards',
  created: 'cards.card-issued.v1',
  field: 'cardNumber',
});
