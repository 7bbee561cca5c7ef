import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import specs from '@asyncapi/specs';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import { asyncApi, eventSchemas, incompatibilities, referencePages, type Json } from './index';

const FOLDER = join(__dirname, '..', '..', 'schemas');
const committed = Object.fromEntries(
  readdirSync(FOLDER).map((file) => [
    file.slice(0, -'.json'.length),
    JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Json,
  ]),
);
const now = eventSchemas();

describe('published events', () => {
  it.each(Object.keys(committed))('%s is compatible with its published schema', (type) => {
    expect([type, now[type]]).toEqual([type, expect.anything()]); // Events of withdrawn types are still in the feeds.
    expect(incompatibilities(committed[type]!, now[type]!)).toEqual([]);
  });

  it('equal the committed schemas: run `npm run contracts` otherwise', () => expect(committed).toEqual(now));

  it.each(Object.entries(now))('%s has a JSON Schema that accepts its example', (_type, schema) => {
    const ajv = new Ajv2020({ strict: true, validateFormats: false, keywords: ['personal'] });
    const accepts = ajv.compile(schema);
    expect(schema['examples']).toHaveLength(1);
    for (const example of schema['examples'] as object[])
      expect([accepts(example), accepts.errors]).toEqual([true, null]);
  });
});

describe('a change of a published event', () => {
  const before = {
    type: 'object',
    description: 'Words.',
    properties: { id: { type: 'string' }, cents: { type: 'integer', minimum: 0 }, note: { type: 'string' } },
    required: ['id', 'cents'],
  };
  const { id, cents, note } = before.properties;
  const change = (properties: object, required = before.required): string[] =>
    incompatibilities(before, { ...before, properties, required });

  it('may add an optional field and change annotations', () => {
    expect(change({ id, cents, note, more: { type: 'string' } })).toEqual([]);
    expect(incompatibilities(before, { ...before, description: 'Other words.' })).toEqual([]);
    expect(change({ cents, note, id: { ...id, examples: ['x'] } }, ['cents', 'id'])).toEqual([]);
  });

  it.each([
    ['add a required field', { id, cents, note, more: {} }, ['id', 'cents', 'more'], '/more became required'],
    ['remove a field', { id, cents }, before.required, '/note was removed'],
    [
      'make an optional field required',
      { id, cents, note },
      ['id', 'cents', 'note'],
      '/note became required',
    ],
    ['make a required field optional', { id, cents, note }, ['id'], '/cents became optional'],
    [
      'change the type of a field',
      { id, cents: { ...cents, type: 'string' }, note },
      before.required,
      '/cents: type was',
    ],
    [
      'narrow a range',
      { id, cents: { ...cents, minimum: 1 }, note },
      before.required,
      '/cents: minimum was 0, is 1',
    ],
    ['widen a range', { id, cents: { type: 'integer' }, note }, before.required, '/cents: minimum was 0'],
  ])('may not %s', (_what, properties, required, expected) => {
    expect(change(properties, required)).toEqual([expect.stringContaining(expected)]);
  });

  it('is checked inside arrays and objects', () => {
    const list = (line: object) => ({ type: 'array', items: { type: 'object', properties: { line } } });
    expect(incompatibilities(list({ type: 'string' }), list({ type: 'integer' }))).toEqual([
      expect.stringContaining('/*/line: type was "string", is "integer"'),
    ]);
  });
});

describe('the AsyncAPI document', () => {
  const document = asyncApi('1.0.0') as Json & {
    components: { messages: Record<string, Json>; schemas: Record<string, Json> };
  };

  it('is valid AsyncAPI 3.0', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false });
    const accepts = ajv.compile(specs.schemas['3.0.0'] as object);
    expect(accepts({ ...document, operations: { a: { action: 'shout' } } })).toBe(false);
    expect([accepts(document), accepts.errors]).toEqual([true, null]);
  });

  it.each(Object.entries(document.components.messages))('accepts the example of %s', (_key, message) => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const accepts = ajv.compile({ ...(message['payload'] as Json), components: document.components });
    const [example] = message['examples'] as [{ payload: object }];
    expect([accepts(example.payload), accepts.errors]).toEqual([true, null]);
  });
});

describe('docs/reference', () => {
  const pages = Object.entries(referencePages());
  const folder = join(__dirname, '..', '..', '..', '..', 'docs', 'reference');

  it('has pages of errors, events and calls', () =>
    expect(pages.map(([name]) => name)).toEqual(['errors.md', 'events.md', 'http.md']));

  it.each(pages)('%s is up to date: run `npm run contracts` otherwise', (name, text) =>
    expect(readFileSync(join(folder, name), 'utf8')).toBe(text),
  );
});
