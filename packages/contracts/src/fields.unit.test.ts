import type { z } from 'zod';
import * as fields from './fields';

const a = (count: number) => 'a'.repeat(count);

/** Valid and invalid values around the limits of each field. */
const borders: readonly [
  field: string,
  schema: z.ZodType,
  good: readonly unknown[],
  bad: readonly unknown[],
][] = [
  ['name, by length', fields.name, [a(5), a(30)], [a(4), a(31), '     ']],
  [
    'name, outside the basic plane',
    fields.name,
    ['𝒜'.repeat(5), '𝒜'.repeat(30)],
    ['𝒜'.repeat(4), '𝒜'.repeat(31)],
  ],
  ['name, of any script', fields.name, ['علی\u200cرضا', 'Ørsted Åse', '山田太郎さん'], []],
  ['name, by character', fields.name, [], ['Ada\u0000Love', 'Ada\nLove', 'Ada\u009fLove', 'Ada\ud800Love']],
  ['title', fields.title, ['X', a(200)], ['', ' ', a(201)]],
  [
    'e-mail',
    fields.email,
    ['ada@example.com'],
    ['ada@', '@example.com', 'a b@example.com', `${a(250)}@example.com`],
  ],
  [
    'mobile number',
    fields.mobileNumber,
    ['0712345678'],
    ['071234567', '07123456789', '07123 5678', '0712345678\n'],
  ],
  ['mobile number, by digit', fields.mobileNumber, [], ['٠٧١٢٣٤٥٦٧٨', 712345678]],
  ['account number', fields.accountNumber, ['1000000017'], ['100000001', '10000000171', 1000000017]],
  ['card number', fields.cardNumber, ['400000000006'], ['40000000000', '4000000000060']],
  ['amount', fields.amountCents, [1, fields.MAX_AMOUNT_CENTS], [0, -1, fields.MAX_AMOUNT_CENTS + 1]],
  ['amount, by kind', fields.amountCents, [], [1.5, '100', null, Number.NaN, Infinity]],
  ['quantity', fields.quantity, [1, 1_000_000], [0, 1_000_001, 0.5]],
  ['total', fields.totalCents, [0, fields.MAX_AMOUNT_CENTS], [-1, fields.MAX_AMOUNT_CENTS + 1]],
  ['price', fields.unitPriceCents, [0, 100_000_000], [-1, 100_000_001]],
  ['currency', fields.currency, ['EUR'], ['eur', 'EURO', '']],
  ['id', fields.id, ['a', a(64)], ['', a(65), '__proto__', 'a/b', 'a b']],
  ['id, by character', fields.id, ['6f1c:1b0e_4a.35'], ['é', 'a\n', ' a']],
  ['reason', fields.reason, ['out-of-stock', a(64)], ['Out of stock', 'out--of', '-a', a(65)]],
  ['pay with', fields.payWith, [{ account: '1000000017' }, { card: '400000000006' }], [{}, { account: '1' }]],
  ['pay with one', fields.payWith, [], [{ account: '1000000017', card: '400000000006' }]],
];

describe('a field', () => {
  it.each(borders)('accepts values within its limits: %s', (_field, schema, good) => {
    for (const value of good) expect(schema.safeParse(value)).toMatchObject({ success: true });
  });
  it.each(borders)('rejects values beyond its limits: %s', (_field, schema, _good, bad) => {
    for (const value of bad) expect([value, schema.safeParse(value).success]).toEqual([value, false]);
  });
  it('trims a name', () => expect(fields.name.parse('  Ada Lovelace ')).toBe('Ada Lovelace'));
});
