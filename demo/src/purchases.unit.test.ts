import { parsePurchases } from './purchases';

describe('reading purchases', () => {
  it('parses both forms of the data set', () => {
    const text = ' 00004 0001 19970101  2   29.33\r\n 00021 19970118  1   14.96\n\n';
    expect(parsePurchases(text)).toEqual({
      bad: [],
      purchases: [
        {
          key: '00000004-19970101-2-2933-1',
          customer: '00000004',
          date: '19970101',
          quantity: 2,
          amountCents: 2933,
        },
        {
          key: '00000021-19970118-1-1496-1',
          customer: '00000021',
          date: '19970118',
          quantity: 1,
          amountCents: 1496,
        },
      ],
    });
  });

  it('accepts amounts of zero, with one decimal and without decimals', () => {
    const { purchases } = parsePurchases('1 19970101 1 0.00\n1 19970101 1 5.5\n1 19970101 1 7');
    expect(purchases.map(({ amountCents }) => amountCents)).toEqual([0, 550, 700]);
  });

  it('gives two equal purchases different keys', () => {
    const { purchases } = parsePurchases('1 19970101 1 5.00\n1 19970101 1 5.00');
    expect(new Set(purchases.map(({ key }) => key)).size).toBe(2);
  });

  it.each([
    ['1 19970101 1', 'has 3 columns'],
    ['1 2 19970101 1 5.00 6', 'has 6 columns'],
    ['x 19970101 1 5.00', 'customer x'],
    ['1 19970230 1 5.00', 'date 19970230'],
    ['1 19971301 1 5.00', 'date 19971301'],
    ['1 19970101 0 5.00', 'pieces 0'],
    ['1 19970101 -1 5.00', 'pieces -1'],
    ['1 19970101 1.5 5.00', 'pieces 1.5'],
    ['1 19970101 1001 5.00', 'pieces 1001'],
    ['1 19970101 1 -5.00', 'amount -5.00'],
    ['1 19970101 1 5.001', 'amount 5.001'],
    ['1 19970101 1 NaN', 'amount NaN'],
  ])('rejects %s', (line, reason) => {
    const { purchases, bad } = parsePurchases(`1 19970101 1 5.00\n${line}`);
    expect(purchases).toHaveLength(1);
    expect(bad).toEqual([{ line: 2, reason: expect.stringContaining(reason) }]);
  });
});
