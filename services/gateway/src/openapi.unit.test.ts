import { isMutation, openApi, operations, type Operation } from '@bankside/contracts/http';
import { Validator } from '@seriousme/openapi-schema-validator';
import * as z from 'zod';

type Described = {
  parameters?: { name?: string; in?: string; $ref?: string }[];
  responses: Record<string, object>;
};

const document = openApi('1.0.0') as unknown as { paths: Record<string, Record<string, Described>> };
const table = Object.entries(operations) as [string, Operation][];

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  it.each(table)('describes %s with every part of its path', (_id, operation) => {
    const described = document.paths[operation.path]?.[operation.method];
    const named = (described?.parameters ?? []).filter((parameter) => parameter.in === 'path');
    const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(named.map(({ name }) => name)).toEqual(inPath);
  });

  it.each(table)('requires an Idempotency-Key for %s exactly if it is a mutation', (_id, operation) => {
    const described = document.paths[operation.path]?.[operation.method];
    const asks = described?.parameters?.some(({ $ref }) => $ref?.endsWith('/IdempotencyKey'));
    expect(asks).toBe(isMutation(operation));
  });

  it.each(table)('offers If-Match for %s exactly if the gateway forwards it', (_id, operation) => {
    const described = document.paths[operation.path]?.[operation.method];
    const offered = described?.parameters?.some(({ $ref }) => $ref?.endsWith('/IfMatch'));
    expect(offered).toBe(isMutation(operation) && operation.conditional === true);
    expect(described?.responses?.['412'] !== undefined).toBe(offered);
  });

  it('has a Location of every created resource', () => {
    const created = table.filter(([, { creates }]) => creates !== undefined);
    expect(created.length).toBeGreaterThan(5);
    for (const [id, { path, method, success }] of created)
      expect([id, document.paths[path]?.[method]?.responses[success.status]]).toEqual([
        id,
        expect.objectContaining({ headers: expect.objectContaining({ Location: expect.anything() }) }),
      ]);
  });

  it('does not contain the personal marks of fields', () => {
    expect(JSON.stringify(document)).not.toContain('"personal"');
  });
});

const reads = new Map(table.filter(([, { method }]) => method === 'get').map(([, one]) => [one.path, one]));
const additions = table.filter(([, { method, success }]) => method === 'post' && success.status !== 200);
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

describe('the API', () => {
  it.each(additions)('lets the callers of %s read what they create or add to', (_id, operation) => {
    const read = reads.get((operation.creates ?? parentOf(operation.path)) as Operation['path']);
    expect(read?.roles).toEqual(expect.arrayContaining([...operation.roles]));
  });

  /** The name of the only list in a response. */
  const listIn = ({ success }: Operation): string | undefined => {
    if (success.type !== undefined) return undefined;
    const { properties = {} } = z.toJSONSchema(success.schema, { io: 'input' });
    const [name, ...others] = Object.keys(properties).filter((one) => one !== 'next');
    return name !== undefined &&
      others.length === 0 &&
      (properties[name] as { type?: string }).type === 'array'
      ? name
      : undefined;
  };
  const lists = table.filter(([, operation]) => listIn(operation) !== undefined);
  /** Their members are in the code, not in a database. */
  const FIXED = ['listConsumers', 'listProjections', 'listWitnessedHeads'];

  it('has lists', () => expect(lists.length).toBeGreaterThan(10));

  it.each(lists.filter(([id]) => !FIXED.includes(id)))('has a cursor for %s', (_id, { query, success }) => {
    expect(Object.keys(query?.shape ?? {})).toContain('cursor');
    expect(JSON.stringify(z.toJSONSchema(success.schema, { io: 'input' }))).toContain('"next"');
  });
});
