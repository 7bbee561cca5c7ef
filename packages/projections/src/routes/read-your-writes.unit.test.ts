import { reachedFrom } from './read-your-writes';

describe('the owners that a Consistency-Token covers', () => {
  it('are, for an order, all services in which its saga writes', () =>
    expect(reachedFrom.get('orders')).toEqual(
      expect.arrayContaining(['orders', 'payments', 'inventory', 'accounts', 'cards']),
    ));

  it('are, for a customer, all services that keep data of customers', () =>
    expect(reachedFrom.get('customers')).toEqual(
      expect.arrayContaining(['customers', 'accounts', 'cards', 'loans']),
    ));

  it('are, for a loan, only the loans', () => expect(reachedFrom.get('loans')).toEqual(['loans']));
});
