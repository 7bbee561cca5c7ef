import fc from 'fast-check';
import { currencies, exponentOf, isCurrency, majorUnits, minorUnits } from './currencies';
import { cut, lengthOf } from './text';

describe('a currency', () => {
  it.each([
    [1_234, 'EUR', '12.34'],
    [5, 'EUR', '0.05'],
    [-5, 'EUR', '-0.05'],
    [0, 'EUR', '0.00'],
    [1_234, 'JPY', '1234'],
    [0, 'JPY', '0'],
    [1_234, 'BHD', '1.234'],
    [7, 'BHD', '0.007'],
    [12_345, 'CLF', '1.2345'],
  ])('shows %d in the minor unit of %s as %s', (minor, code, text) =>
    expect(majorUnits(minor, code)).toBe(text),
  );

  it('reads every amount that it shows', () =>
    fc.assert(
      fc.property(
        fc.maxSafeInteger().map((n) => n % 1e12),
        fc.constantFrom(...currencies),
        (minor, code) => expect(minorUnits(majorUnits(minor, code), code)).toBe(0 + minor),
      ),
    ));

  it.each([
    ['12', 'EUR', 1_200],
    ['12.3', 'EUR', 1_230],
    ['12.30000', 'EUR', 1_230],
    ['12.0', 'JPY', 12],
    ['12.345', 'EUR', undefined],
    ['12.5', 'JPY', undefined],
    ['12,30', 'EUR', undefined],
    ['1e3', 'EUR', undefined],
    ['+1', 'EUR', undefined],
    ['.5', 'EUR', undefined],
    ['', 'EUR', undefined],
    ['1234567890123', 'EUR', undefined],
  ])('reads %j of %s as %p', (major, code, minor) => expect(minorUnits(major, code)).toBe(minor));

  it('is listed once, with three letters', () => {
    expect(currencies.length).toBeGreaterThan(150);
    expect(new Set(currencies).size).toBe(currencies.length);
    expect(currencies.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
  });

  it('has an exponent of 0 to 4', () => {
    expect(new Set(currencies.map(exponentOf))).toEqual(new Set([2, 0, 3, 4]));
  });

  it.each(['XXX', 'XTS', 'XAU', 'DEM', 'eur', '__proto__', ''])('is none: %j', (code) =>
    expect(isCurrency(code)).toBe(false),
  );
});

describe('a text that is cut', () => {
  it.each([
    ['abc', 2, 'ab'],
    ['abc', 3, 'abc'],
    ['😀😀😀', 2, '😀😀'],
    ['a😀b', 2, 'a😀'],
    ['', 2, ''],
  ])('%j to %d characters is %j', (text, length, expected) => expect(cut(text, length)).toBe(expected));

  it('has the length of its code points', () => expect([lengthOf('a😀'), lengthOf('')]).toEqual([2, 0]));
});
