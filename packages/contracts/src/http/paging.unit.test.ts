import { deadLettersQuery } from './consumers';
import { viewPage } from './paging';

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

describe('the cursor of a view', () => {
  it.each(['["2026-01-01","order-1"]', '["Zoë","customer-😀"]'])('is %s', (text) =>
    expect(viewPage.cursor.safeParse(encoded(text)).success).toBe(true),
  );

  it.each([
    'no JSON',
    'null',
    '{}',
    '["a"]',
    '["a",{}]',
    '["a","b","c"]',
    '[{"$gt":""},"a"]',
    '["a\\u0000","b"]',
    '["a","\\ud800"]',
    '["a\\udc00","b"]',
  ])('is not %s', (text) => expect(viewPage.cursor.safeParse(encoded(text)).success).toBe(false));

  it.each(['%%%', Buffer.from([0xff, 0xfe]).toString('base64url')])('is not the text %s', (text) =>
    expect(viewPage.cursor.safeParse(text).success).toBe(false),
  );
});

describe('the cursor of dead letters', () => {
  const accepts = (...parts: readonly unknown[]): boolean =>
    deadLettersQuery.safeParse({ cursor: encoded(JSON.stringify(parts)) }).success;

  it('is time, consumer, source, partition and position', () =>
    expect(accepts('2026-11-26 14:00:00.5+00', 'accounts', 'customers', 0, '17')).toBe(true));

  it.each([
    ['no time', ['soon', 'accounts', 'customers', 0, '17']],
    ['no position', ['2026-11-26', 'accounts', 'customers', 0, 'x']],
    ['no consumer', ['2026-11-26', { $ne: 1 }, 'customers', 0, '17']],
    ['too few parts', ['2026-11-26']],
    ['too many parts', ['2026-11-26', 'accounts', 'customers', 0, '17', 'more']],
  ])('is rejected with %s', (_what, parts) => expect(accepts(...parts)).toBe(false));
});
