import * as z from 'zod';
import { contracts } from './index';

const events = Object.entries(contracts).flatMap(([owner, schemas]) =>
  Object.entries(schemas as Record<string, z.ZodObject>).map(([type, schema]) => ({ owner, type, schema })),
);

const examplesOf = (schema: z.ZodObject) => (schema.meta()?.examples ?? []) as readonly object[];

describe.each(events)('$type', ({ owner, type, schema }) => {
  it('is named owner.what-happened.version', () =>
    expect(type).toMatch(new RegExp(`^${owner}(\\.[a-z]+(-[a-z]+)+)\\.v[1-9]\\d*$`)));

  it('has a description and one valid example', () => {
    const examples = examplesOf(schema);
    expect(schema.meta()?.description).toMatch(/^[A-Z].+\.$/);
    expect(examples).toHaveLength(1);
    expect(schema.strict().parse(examples[0])).toEqual(examples[0]);
  });

  it('has a JSON Schema that marks personal fields', () => {
    const { properties = {} } = z.toJSONSchema(schema);
    const marked = Object.entries(properties).filter(
      ([, field]) => (field as { personal?: boolean }).personal,
    );
    const names = Object.keys(properties).filter((field) =>
      ['name', 'email', 'mobileNumber'].includes(field),
    );
    expect(marked.map(([field]) => field)).toEqual(names);
  });

  it('accepts unknown fields, which a later version may add', () =>
    expect(schema.safeParse({ ...examplesOf(schema)[0], addedLater: 1 }).success).toBe(true));
});
