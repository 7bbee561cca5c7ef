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
  it.each(Object.keys(committed))('%s is still what it was published as', (type) => {
    expect([type, now[type]]).toEqual([type, expect.anything()]); // Withdrawn events are still in the feeds.
    expect(incompatibilities(committed[type]!, now[type]!)).toEqual([]);
  });

  it('are committed as they are: npm run contracts writes them', () => expect(committed).toEqual(now));

  it.each(Object.entries(now))('%s has a JSON Schema that accepts its example', (_type, schema) => {
    const ajv = new Ajv2020({ strict: true, validateFormats: false, keywords: ['personal'] });
    const accepts = ajv.compile(schema);
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

  it('may add a field that is optional, and change words', () => {
    expect(change({ id, cents, note, more: { type: 'string' } })).toEqual([]);
    expect(incompatibilities(before, { ...before, description: 'Other words.' })).toEqual([]);
    expect(change({ cents, note, id: { ...id, examples: ['x'] } }, ['cents', 'id'])).toEqual([]);
  });

  it.each([
    [
      'add a field that is required',
      { id, cents, note, more: {} },
      ['id', 'cents', 'more'],
      '/more is required',
    ],
    ['take a field away', { id, cents }, before.required, '/note is gone'],
    ['make an optional field required', { id, cents, note }, ['id', 'cents', 'note'], '/note is required'],
    ['make a required field optional', { id, cents, note }, ['id'], '/cents is optional'],
    [
      'change the type of a field',
      { id, cents: { ...cents, type: 'string' }, note },
      before.required,
      '/cents: type was',
    ],
    [
      'allow less',
      { id, cents: { ...cents, minimum: 1 }, note },
      before.required,
      '/cents: minimum was 0, is 1',
    ],
    ['allow more', { id, cents: { type: 'integer' }, note }, before.required, '/cents: minimum was 0'],
  ])('may not %s', (_what, properties, required, said) => {
    expect(change(properties, required)).toEqual([expect.stringContaining(said)]);
  });

  it('is looked at inside of lists and objects, too', () => {
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
