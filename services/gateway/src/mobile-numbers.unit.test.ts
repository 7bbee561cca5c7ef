import { registerCustomerRequest } from '@bankside/contracts';
import { isCountry, toE164, withE164 } from './mobile-numbers';

describe('a mobile number', () => {
  it.each([
    ['0712345678', 'RO', '+40712345678'],
    ['0712 345-678', 'RO', '+40712345678'],
    ['(0712) 345.678', 'RO', '+40712345678'],
    ['0040712345678', 'RO', '+40712345678'],
    ['+40 712 345 678', 'RO', '+40712345678'],
    ['+447700900123', 'RO', '+447700900123'],
    ['07700 900123', 'GB', '+447700900123'],
    ['0151 12345678', 'DE', '+4915112345678'],
    ['090-1234-5678', 'JP', '+819012345678'],
    ['(201) 555-0123', 'US', '+12015550123'],
    ['+2901234', 'RO', '+2901234'],
    ['+123456789012345', 'RO', '+123456789012345'],
  ] as const)('%s in %s is %s', (text, country, number) => expect(toE164(text, country)).toBe(number));

  it.each([
    '',
    ' ',
    '+',
    '07123x5678',
    '07',
    '0712345678901234',
    '+0712345678',
    '+1234567890123456',
    '+290123',
    '٠٧١٢٣٤٥٦٧٨',
    '0712345678 ext 5',
    '++40712345678',
    '+40712345678,+40712345679',
    '0'.repeat(100),
  ])('%j is none', (text) => expect(toE164(text, 'RO')).toBeUndefined());

  it('has the same form however it is written in a body or a query', () => {
    const normalize = withE164('RO');
    for (const mobileNumber of ['0712345678', '+40712345678', ' 40712345678', '0040 712 345 678'])
      expect(normalize(registerCustomerRequest, { name: 'Ada', mobileNumber })).toEqual({
        name: 'Ada',
        mobileNumber: '+40712345678',
      });
  });

  it.each([
    [{ mobileNumber: 'x' }],
    [{ mobileNumber: 712345678 }],
    [{}],
    [null],
    [undefined],
    ['0712345678'],
  ])('leaves %j to the schema', (value) =>
    expect(withE164('RO')(registerCustomerRequest, value)).toEqual(value),
  );

  it('belongs to a country with a known plan', () =>
    expect(['RO', 'GB', 'XX', 'ro', ''].map(isCountry)).toEqual([true, true, false, false, false]));
});
