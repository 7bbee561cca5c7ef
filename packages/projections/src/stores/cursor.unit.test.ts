import { cursorFrom, cursorOf } from './cursor';

describe('a cursor', () => {
  it('is read as it was written', () =>
    expect(cursorFrom(cursorOf('2026-01-01', 'customer-😀'))).toEqual({
      sort: '2026-01-01',
      key: 'customer-😀',
    }));

  it.each([
    'no JSON',
    'null',
    '{}',
    '["a"]',
    '["a",{}]',
    '[{"$gt":""},"a"]',
    '["a\\u0000","b"]',
    '["a","\\ud800"]',
    '["a\\udc00","b"]',
  ])('is rejected: %s', (text) => expect(() => cursorFrom(text)).toThrow(/./));
});
