import type * as z from 'zod';
import * as fields from './fields';

const a = (count: number) => 'a'.repeat(count);

/** Valid and invalid values around the limits of each field. */
const borders: readonly [
  field: string,
  schema: z.ZodType,
  good: readonly unknown[],
  bad: readonly unknown[],
][] = [
  ['name, by length', fields.name, ['X', '李', 'Ng', a(100)], ['', '     ', a(101)]],
  ['name, outside the basic plane', fields.name, ['𝒜', '𝒜'.repeat(100)], ['𝒜'.repeat(101)]],
  [
    'name, of any script',
    fields.name,
    [
      'علی\u200cرضا',
      'Ørsted Åse',
      '山田太郎',
      "Siobhán O’Brien-D'Arcy Jr.",
      'ශ්\u200dරී',
      'ക്\u200d',
      `A${'\u0327'.repeat(8)}`,
      'Ada 👩🏽\u200d💻',
      'Ada ❤\ufe0f',
      'Ada 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
      '葛\u{e0100}城',
    ],
    ['12345', '...', '👩🏽\u200d💻'],
  ],
  [
    'name, by character',
    fields.name,
    [],
    [
      'Ada\0Love',
      `B${'\u0327'.repeat(9)}`,
      'Ada\nLove',
      'AdaLove',
      'Ada\ud800Love',
      'Ada\u2028Love',
      'Ada\x07',
      'Ada​Love',
      'Ada‍Love',
      'Ada‌',
      'Ada⁠Love',
      'Ada﻿Love',
      'Ada­Love',
      'Adaㅤ',
      'Adaᅟ',
      'Ada⠀',
      'Ada͏Love',
      'Ada󠁧',
      'Ada ️',
      'Ada‮evoL',
      'Ada⁦Love',
      'Ada‏Love',
      'Ada',
      'Ada͸',
      'Ada􏿿',
      'علی‌‌رضا',
      '‌علی',
      '́',
    ],
  ],
  [
    'title',
    fields.title,
    ['X', '7', a(200), '🎷'.repeat(200), 'Ada 👨‍👩‍👧'],
    ['', ' ', a(201), '🎷'.repeat(201)],
  ],
  ['title, by character', fields.title, [], ['\u200b', '\u3164', '\u2800', 'a\u202eb', '\u0301']],
  [
    'e-mail',
    fields.email,
    [
      'ada@example.com',
      "o'brien+bank@sub.example.co",
      '用户@例子.广告',
      'jörg@müller.de',
      `${a(64)}@example.com`,
    ],
    [
      'ada@',
      '@example.com',
      'ada',
      'a b@example.com',
      `${a(65)}@example.com`,
      'ada@localhost',
      'ada@1.2.3.4',
    ],
  ],
  [
    'e-mail, by character',
    fields.email,
    [],
    [
      'a..b@example.com',
      '.a@example.com',
      'a.@example.com',
      'a@b@example.com',
      '"a b"@example.com',
      'a​@example.com',
      'a‮@example.com',
      'a@exam​ple.com',
      'a@-x.com',
      'a@x-.com',
      'a@x..com',
      'a@x_y.com',
      'a@[1.2.3.4]',
      `a@${a(64)}.com`,
      `a@${'ü'.repeat(63)}.com`,
      'a\n@example.com',
      'a@x.com/',
    ],
  ],
  [
    'e-mail, by length',
    fields.email,
    [`a@${`${a(60)}.`.repeat(4)}comx`],
    [`a@${`${a(60)}.`.repeat(4)}${a(12)}`],
  ],
  [
    'mobile number',
    fields.mobileNumber,
    ['+40712345678', '+2901234', '+123456789012345'],
    [
      '+290123',
      '+1234567890123456',
      '+0712345678',
      '0712345678',
      '40712345678',
      '+40 712345678',
      '+40712345678\n',
    ],
  ],
  ['mobile number, by digit', fields.mobileNumber, [], ['+٤٠٧١٢٣٤٥٦٧٨', 40712345678]],
  ['account number', fields.accountNumber, ['1000000017'], ['100000001', '10000000171', 1000000017]],
  ['card number', fields.cardNumber, ['400000000006'], ['40000000000', '4000000000060']],
  ['amount', fields.amountCents, [1, fields.MAX_AMOUNT_CENTS], [0, -1, fields.MAX_AMOUNT_CENTS + 1]],
  ['amount, by kind', fields.amountCents, [], [1.5, '100', null, Number.NaN, Infinity]],
  ['quantity', fields.quantity, [1, 1_000_000], [0, 1_000_001, 0.5]],
  ['total', fields.totalCents, [0, fields.MAX_AMOUNT_CENTS], [-1, fields.MAX_AMOUNT_CENTS + 1]],
  ['price', fields.unitPriceCents, [0, 100_000_000], [-1, 100_000_001]],
  [
    'currency',
    fields.currency,
    ['EUR', 'JPY', 'BHD', 'XCG'],
    ['eur', 'EURO', '', 'XYZ', 'XXX', 'XAU', 'DEM'],
  ],
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
  it('composes a name', () => expect(fields.name.parse('Zoe\u0308')).toBe('Zoë'));
  it('composes an e-mail address and lowers its domain alone', () =>
    expect(fields.email.parse(' Jo\u0308rg@MU\u0308LLER.de ')).toBe('Jörg@müller.de'));
});
