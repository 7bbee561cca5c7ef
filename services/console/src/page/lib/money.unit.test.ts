import { centsOf, money, signed } from './money';

describe('money', () => {
  it.each([
    [0, 'EUR', '€0.00'],
    [123_456, 'EUR', '€1,234.56'],
    [-2_933, 'EUR', '-€29.33'],
    [500, 'USD', '$5.00'],
  ])('shows %d cents of %s as %s', (cents, currency, text) => expect(money(cents, currency)).toBe(text));

  it('has an explicit plus on a statement', () => {
    expect([signed(100), signed(-100), signed(0)]).toEqual(['+€1.00', '-€1.00', '€0.00']);
  });

  it.each([
    ['12', 1_200],
    ['12.3', 1_230],
    [' 12,34 ', 1_234],
    ['0.29', 29],
    ['4.35', 435],
    ['12.345', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['', undefined],
    ['1,000.00', undefined],
  ])('reads %j as %s cents', (typed, cents) => expect(centsOf(typed)).toBe(cents));
});
