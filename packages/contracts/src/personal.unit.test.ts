import * as z from 'zod';
import { contracts } from './contracts';
import { operations, operatorsApi, type Operation, type OperationId } from './http';
import { isPersonal, masked, maskedText, personalFieldNames, withoutPersonal } from './personal';

type Json = Readonly<Record<string, unknown>>;
type Field = Readonly<{ at: string; name: string; schema: Json }>;

/** Every field of a JSON Schema, however deep. */
const fieldsIn = (schema: unknown, at: string): readonly Field[] => {
  if (Array.isArray(schema)) return schema.flatMap((one) => fieldsIn(one, at));
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, ...rest } = schema as Json;
  return [
    ...Object.entries(properties as Json).flatMap(([name, field]) => [
      { at: `${at}/${name}`, name, schema: field as Json },
      ...fieldsIn(field, `${at}/${name}`),
    ]),
    ...Object.values(rest).flatMap((inner) => fieldsIn(inner, at)),
  ];
};

const schemas: readonly (readonly [string, z.ZodType])[] = [
  ...Object.values(contracts).flatMap((owned) => Object.entries<z.ZodObject>(owned)),
  ...Object.entries(operations as Readonly<Record<string, Operation>>).flatMap(([id, operation]) => [
    [`${id} response`, operation.success.schema] as const,
    ...(['query', 'body'] as const).flatMap((part) =>
      operation[part] === undefined ? [] : [[`${id} ${part}`, operation[part]] as const],
    ),
  ]),
];
const fields = schemas.flatMap(([at, schema]) =>
  fieldsIn(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }), at),
);

const SOUNDS_LIKE_A_PERSON = /name|e-?mail|mobile|phone|address|birth|gender|passport/i;
const LOOKS_LIKE_A_PERSON = /^\+\d{7,15}$|^\S+@\S+\.\S+$|\bLovelace\b/;
/** Names of things. */
const NO_PERSONS = new Set([
  'listProjections response/projections/name',
  'getProjection response/name',
  'rebuildProjection response/name',
]);

describe('the fields of events, requests and responses', () => {
  it('are all visited', () => expect(fields.length).toBeGreaterThan(300));

  it('are marked as personal if their name or example is that of a person', () => {
    const personal = fields.filter(
      ({ at, name, schema }) =>
        !NO_PERSONS.has(at) &&
        (SOUNDS_LIKE_A_PERSON.test(name) ||
          ((schema['examples'] ?? []) as readonly unknown[]).some(
            (example) => typeof example === 'string' && LOOKS_LIKE_A_PERSON.test(example),
          )),
    );
    expect(personal.length).toBeGreaterThan(10);
    expect(personal.filter(({ schema }) => schema['personal'] !== true).map(({ at }) => at)).toEqual([]);
  });

  it('have names that also find personal data without a schema', () =>
    expect([...personalFieldNames].toSorted()).toEqual([
      'email',
      'mobileNumber',
      'name',
      'nameTerms',
      'previousMobileNumber',
      'purpose',
      'sortName',
    ]));
});

describe('the audit log', () => {
  const staffCalls = Object.entries(operations as Readonly<Record<string, Operation>>).filter(
    ([, { roles }]) => roles.some((role) => role !== 'customer'),
  );
  const changes = Object.keys(operatorsApi.operations).filter(
    (id) => operations[id as OperationId].method !== 'get',
  );
  const reads = staffCalls
    .filter(([, { method, success }]) => {
      const text = JSON.stringify(z.toJSONSchema(success.schema, { unrepresentable: 'any' }));
      return method === 'get' && text.includes('"personal":true');
    })
    .map(([id]) => id);

  it('records every change of operators and every read of a person', () => {
    expect(changes.length).toBeGreaterThan(5);
    expect(reads.length).toBeGreaterThan(3);
    const audited = staffCalls.filter(([, operation]) => operation.audited).map(([id]) => id);
    expect(audited).toEqual(expect.arrayContaining([...changes, ...reads, 'readStream', 'liveEvents']));
  });

  it('shows operators the targets of a call: none has the name of a personal field', () => {
    const fields = staffCalls
      .filter(([, operation]) => operation.audited)
      .flatMap(([id, operation]) =>
        (['params', 'query', 'body'] as const).flatMap((part) =>
          Object.entries(operation[part]?.shape ?? {}).map(([name, schema]) => ({ id, name, schema })),
        ),
      );
    expect(fields.length).toBeGreaterThan(10);
    expect(
      fields.filter(({ name, schema }) => personalFieldNames.has(name) && !isPersonal(schema as z.ZodType)),
    ).toEqual([]);
  });
});

describe('masking', () => {
  it.each([
    ['Ada Lovelace', 'A••• L•••'],
    ['Ł', '•••'],
    ['Li Å', '••• •••'],
    ['👩‍👩‍👧 Éa', '••• •••'],
    ['ada@example.com', 'a•••@e•••.com'],
    ['"a@b"@d.example.co.uk', '"•••@d•••.uk'],
    ['x@localhost', '•••@l•••'],
    ['+447700900189', '+44 •••• ••89'],
    ['+12025550123', '+1 •••• ••23'],
    ['+355672123456', '+355 •••• ••56'],
    ['', ''],
  ])('turns %s into %s', (text, expected) => expect(maskedText(text)).toBe(expected));

  const person = z.object({
    customerId: z.string(),
    nick: z.string().meta({ personal: true }).optional(),
    tags: z.array(z.string().meta({ personal: true })),
    either: z.union([
      z.object({ name: z.string() }),
      z.object({ nick: z.string().meta({ personal: true }) }),
    ]),
    rest: z.record(z.string(), z.unknown()),
  });

  it('follows marks through optional fields, lists and alternatives', () =>
    expect(
      masked(person, {
        customerId: 'c1',
        nick: 'Countess',
        tags: ['Byron'],
        either: { nick: 'Enchantress' },
        rest: {},
      }),
    ).toEqual({ customerId: 'c1', nick: 'C•••', tags: ['B•••'], either: { nick: 'E•••' }, rest: {} }));

  it('leaves a field alone that is called like a personal one but has a schema without the mark', () => {
    const view = z.object({ name: z.string() });
    expect(masked(view, { name: 'order-status' })).toEqual({ name: 'order-status' });
  });

  it('goes by names where a schema promises nothing, however deep', () =>
    expect(
      masked(z.looseObject({}), {
        state: { name: 'Ada Lovelace', requested: [{ changeId: 'n1', mobileNumber: '+447700900189' }] },
        commits: [{ revision: 1, events: [{ type: 'X', data: { previousMobileNumber: '+12025550123' } }] }],
        differences: [{ key: 'c1', found: { nameTerms: ['ada', 'lovelace'], sortName: 'ada lovelace' } }],
      }),
    ).toEqual({
      state: { name: 'A••• L•••', requested: [{ changeId: 'n1', mobileNumber: '+44 •••• ••89' }] },
      commits: [{ revision: 1, events: [{ type: 'X', data: { previousMobileNumber: '+1 •••• ••23' } }] }],
      differences: [{ key: 'c1', found: { nameTerms: ['a•••', 'l•••'], sortName: 'a••• l•••' } }],
    }));

  it('removes from a message what it quotes of a person', () =>
    expect(
      withoutPersonal('duplicate key (ada@example.com) for c1', {
        customerId: 'c1',
        email: 'ada@example.com',
      }),
    ).toBe('duplicate key (•••) for c1'));
});
