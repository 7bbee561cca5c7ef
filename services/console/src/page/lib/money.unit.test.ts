import { amountsInWords, centsOf, money, signed, owed } from './money';

describe('what is owed', () => {
  it.each([
    [1_000, '€10.00 owed'],
    [0, '€0.00 owed'],
    [-1_000, '€10.00 in credit'],
  ])('is shown of %d', (minor, text) => expect(owed(minor)).toBe(text));
});

describe('money', () => {
  it.each([
    [0, 'EUR', '€0.00'],
    [123_456, 'EUR', '€1,234.56'],
    [-2_933, 'EUR', '-€29.33'],
    [500, 'USD', '$5.00'],
    [1_234, 'JPY', '¥1,234'],
    [1_234, 'BHD', 'BHD\u00a01.234'],
    [5, 'IQD', 'IQD\u00a00.005'],
    [-1_234, 'HUF', '-HUF\u00a012.34'],
  ])('shows %d in the minor unit of %s as %s', (cents, currency, text) =>
    expect(money(cents, currency)).toBe(text),
  );

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
  ])('reads %j of EUR as %s', (typed, cents) => expect(centsOf(typed)).toBe(cents));

  it.each([
    ['1234', 'JPY', 1_234],
    ['12.3', 'JPY', undefined],
    ['1.234', 'BHD', 1_234],
    ['1.2', 'BHD', 1_200],
    ['1.2345', 'BHD', undefined],
    ['1.2345', 'CLF', 12_345],
  ])('reads %j of %s as %s', (typed, currency, cents) => expect(centsOf(typed, currency)).toBe(cents));
});

describe('sentences of the audit', () => {
  it.each([
    [
      'card payment p: 162299 cents EUR left the account, 4 reached the card',
      'card payment p: €1,622.99 left the account, €0.04 reached the card',
    ],
    [
      'order o1 is confirmed, but 0 cents left account a1 EUR, and 30 are due',
      'order o1 is confirmed, but €0.00 left account a1 EUR, and €0.30 are due',
    ],
    [
      'the trial balance has 55 cents in cash EUR, and the entries 48',
      'the trial balance has €0.55 in cash EUR, and the entries €0.48',
    ],
    ['3 of sku-1 left the stock, and 4 are due', '3 of sku-1 left the stock, and 4 are due'],
  ])('%s', (sentence, words) => {
    expect(amountsInWords(sentence)).toBe(words);
  });
});
