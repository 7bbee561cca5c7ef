import fc from 'fast-check';
import { Problem } from './problem';
import { parseJson } from './request-body';

const parse = (text: string): unknown => parseJson(Buffer.from(text));
const problemOf = (body: Buffer): ReturnType<Problem['body']> => {
  try {
    parseJson(body);
  } catch (error) {
    if (error instanceof Problem) return error.body();
    throw error;
  }
  throw new Error('was parsed');
};

describe('a body of JSON', () => {
  it('is parsed as by JSON.parse', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, space) => {
        const text = JSON.stringify({ value }, undefined, space);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['{"a":1,"a":1}', '/a'],
    ['{"a":{"b":1,"c":{},"b":2}}', '/a/b'],
    ['[{"a":1},{"a":1,"b":2,"a":3}]', '/1/a'],
    ['{"a":[[0,1],[{"x":1,"\\u0078":2}]]}', '/a/1/0/x'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
    ['{"":1, "" : 2}', '/'],
    ['{"a/b~":1,"a/b~":2}', '/a~1b~0'],
    ['{"x":"\\"a\\":1,","a\\\\":1,"a\\\\":2}', '/a\\'],
    ['{"1":1,"1":2}', '/1'],
  ])('with a repeated member is rejected: %s', (text, pointer) =>
    expect(problemOf(Buffer.from(text))).toMatchObject({
      type: '/problems/invalid-request',
      status: 400,
      errors: [{ pointer, detail: 'is repeated' }],
    }),
  );

  it.each([
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}',
    '{"a":"a:\\"b\\":","b":":"}',
    '[":",{"\\\\":1}]',
    '{}',
  ])('may name members alike in different objects, and colons in text: %s', (text) =>
    expect(parse(text)).toEqual(JSON.parse(text)),
  );

  it('may begin with a byte order mark', () => expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 }));

  it.each([
    ['latin 1', Buffer.from('{"a":"é"}', 'latin1')],
    ['half a character', Buffer.from([0x7b, 0x22, 0xf0, 0x9f, 0x22, 0x3a, 0x31, 0x7d])],
    ['an encoded surrogate', Buffer.from([0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d])],
    ['an overlong form', Buffer.from([0x5b, 0x22, 0xc0, 0xaf, 0x22, 0x5d])],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
    ['two marks', Buffer.from('\ufeff\ufeff{}')],
    ['no JSON', Buffer.from('{a:1}')],
    ['a text', Buffer.from('"a"')],
    ['null', Buffer.from('null')],
  ])('is rejected when it is %s', (_what, body) =>
    expect(problemOf(body)).toMatchObject({ type: '/problems/invalid-json', status: 400 }),
  );

  it('may be as deep as its length allows', () => {
    const deep = '['.repeat(32_000) + ']'.repeat(32_000);
    expect(Array.isArray(parse(deep))).toBe(true);
    expect(problemOf(Buffer.from(`[${deep},{"a":1,"a":2}]`))).toMatchObject({
      errors: [{ pointer: '/1/a' }],
    });
  });
});
