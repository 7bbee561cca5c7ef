import fc from 'fast-check';
import { planOf } from './plan';
import { parsePurchases } from './purchases';

describe('planning purchases', () => {
  it('splits every amount to the cent, for any quantity', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 200_000 }),
        (quantity, amountCents) => {
          const { customers } = planOf([
            { key: 'k', customer: '00000001', date: '19970101', quantity, amountCents },
          ]);
          const lines = customers[0]!.orders[0]!.lines;
          expect(lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0)).toBe(amountCents);
          expect(lines.reduce((sum, line) => sum + line.quantity, 0)).toBe(quantity);
        },
      ),
    );
  });

  it('orders the purchases of a customer by date', () => {
    const { purchases } = parsePurchases('4 19970201 1 1.00\n4 19970101 1 2.00\n5 19960101 1 3.00');
    const [first] = planOf(purchases).customers;
    expect(first!.orders.map(({ key }) => key)).toEqual([
      '00000004-19970101-1-200-1',
      '00000004-19970201-1-100-1',
    ]);
  });

  it('leaves some orders unfunded and some products without stock', () => {
    const text = Array.from({ length: 200 }, (_, n) => `${n % 20} 19970101 1 ${10 + n}.37`).join('\n');
    const plan = planOf(parsePurchases(text).purchases);
    const orders = plan.customers.flatMap((customer) => customer.orders);
    expect(orders.some(({ depositCents }) => depositCents === 0)).toBe(true);
    expect(plan.products.some(({ deliveries }) => deliveries.length === 0)).toBe(true);
  });

  it('lends to some customers, who send money to another one, whatever follows', () => {
    const lines = Array.from({ length: 20 }, (_, n) => `${n + 1} 19970101 1 1.00`);
    const loansOf = (some: readonly string[]) =>
      planOf(parsePurchases(some.join('\n')).purchases).customers.flatMap(({ key, loan }) =>
        loan ? [[key, loan.recipient]] : [],
      );
    expect(loansOf(lines)).toEqual([
      ['customer-00000005', 'customer-00000004'],
      ['customer-00000010', 'customer-00000009'],
      ['customer-00000015', 'customer-00000014'],
      ['customer-00000020', 'customer-00000019'],
    ]);
    expect(loansOf(lines.slice(0, 7))).toEqual(loansOf(lines).slice(0, 1));
  });

  it('plans the same order for a purchase whatever follows it', () => {
    const { purchases } = parsePurchases('7 19970101 1 1.00\n7 19970201 1 2.00\n7 19970301 1 3.00');
    const [few] = planOf(purchases.slice(0, 2)).customers;
    const [all] = planOf(purchases).customers;
    expect(all!.orders.slice(0, 2)).toEqual(few!.orders);
  });
});
