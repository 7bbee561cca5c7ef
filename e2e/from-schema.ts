import fc from 'fast-check';

// Generates values that a JSON Schema accepts, and mutated values that it may reject.

export type Schema = Readonly<Record<string, unknown>>;

/** Existing values by field name, such as ids that a test has created. */
export type Pool = Readonly<Record<string, readonly unknown[]>>;

type Maker = (schema: Schema, pool: Pool) => fc.Arbitrary<unknown>;

/** Text without surrounding blanks, because the API trims text before it validates it. */
const isTrimmed = (value: string): boolean => value.trim() === value;

/** Text that the API takes as it is: composed, and visible without doubt. */
const isPlain = (value: string): boolean =>
  isTrimmed(value) &&
  value.normalize() === value &&
  /^[\p{L}\p{N}\p{P}\p{S} ]*$/u.test(value) &&
  !/[\u2800\u115f\u1160\u3164\uffa0]/.test(value);

const lengthOf = (value: string): number => [...value].length;

const text = (least: number, most: number): fc.Arbitrary<string> =>
  fc
    .string({ minLength: least, maxLength: Math.min(most, least + 60), unit: 'grapheme' })
    .filter((value) => isPlain(value) && lengthOf(value) >= least && lengthOf(value) <= most);

const instants = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

const stringOf = (schema: Schema): fc.Arbitrary<string> => {
  if (schema['format'] === 'idn-email')
    return fc
      .emailAddress()
      .filter(
        (value) => /^[\w.+-]+@[\w-]+(\.[\w-]+)*\.[a-z]{2,}$/i.test(value) && !/^\.|\.\.|\.@|xn--/.test(value),
      );
  if (schema['format'] === 'date-time') return instants;
  if (schema['format'] === 'date') return instants.map((instant) => instant.slice(0, 'yyyy-mm-dd'.length));
  const lengths = [Number(schema['minLength'] ?? 0), Number(schema['maxLength'] ?? 100)] as const;
  if (typeof schema['pattern'] === 'string' && 'minLength' in schema) {
    const pattern = new RegExp(schema['pattern'], 'u');
    return text(...lengths).filter((value) => pattern.test(value));
  }
  if (typeof schema['pattern'] === 'string')
    return fc.stringMatching(new RegExp(schema['pattern'])).filter(isTrimmed);
  return text(...lengths);
};

const integerOf = (schema: Schema): fc.Arbitrary<number> => {
  const least = Number(
    schema['minimum'] ??
      (schema['exclusiveMinimum'] === undefined ? -1e6 : Number(schema['exclusiveMinimum']) + 1),
  );
  const most = Number(schema['maximum'] ?? 1e6);
  return fc.oneof(
    fc.integer({ min: least, max: Math.min(most, least + 100_000) }),
    fc.constantFrom(least, most),
  );
};

const objectOf: Maker = (schema, pool) => {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  const required = (schema['required'] ?? []) as string[];
  const fields = Object.fromEntries(properties.map(([name, field]) => [name, valueOf(field, pool, name)]));
  const least = Number(schema['minProperties'] ?? 0);
  return fc.record(fields, { requiredKeys: required }).filter((value) => Object.keys(value).length >= least);
};

const arrayOf: Maker = (schema, pool) =>
  fc.array(valueOf(schema['items'] as Schema, pool), {
    minLength: Number(schema['minItems'] ?? 0),
    maxLength: Math.min(Number(schema['maxItems'] ?? 5), 5),
  });

const MAKERS: Readonly<Record<string, Maker>> = {
  string: stringOf,
  integer: integerOf,
  number: integerOf,
  boolean: () => fc.boolean(),
  array: arrayOf,
  object: objectOf,
};

const ofType: Maker = (schema, pool) => {
  const options = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined;
  if (options) return fc.oneof(...options.map((option) => valueOf(option, pool)));
  if (schema['const'] !== undefined) return fc.constant(schema['const']);
  if (schema['enum']) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const make = MAKERS[String(schema['type'])];
  if (make === undefined) throw new Error(`No values for ${JSON.stringify(schema)}`);
  return make(schema, pool);
};

/** A value that the schema accepts; usually a known value of that field, if there is one. */
export const valueOf = (schema: Schema, pool: Pool, name = ''): fc.Arbitrary<unknown> => {
  const known = pool[name];
  const fresh = ofType(schema, pool);
  if (known === undefined || known.length === 0) return fresh;
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: fresh });
};

const STRANGE: readonly unknown[] = [
  null,
  true,
  '',
  ' ',
  'x',
  '\u0000',
  '𝄞',
  -1,
  0,
  0.5,
  1e308,
  [],
  [[]],
  {},
  { a: 1 },
  '9'.repeat(400),
  "'; drop table s; --",
  '../../x',
  '%00',
  '{{7*7}}',
];

/** The value with one mutation: a changed field, an extra field, or a different value altogether. */
export const strange = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(valid, fc.nat(), fc.constantFrom(...STRANGE), fc.constantFrom('field', 'more', 'less', 'all'))
    .map(([value, at, odd, how]) => {
      if (typeof value !== 'object' || value === null || how === 'all') return odd;
      const names = Object.keys(value);
      const name = names[at % Math.max(names.length, 1)] ?? 'x';
      if (how === 'more') return { ...value, [`extra${at % 10}`]: odd };
      if (how === 'less') return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
      return { ...value, [name]: odd };
    });
