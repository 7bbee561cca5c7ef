import { isMutation, openApi, operations, type Operation } from '@bankside/contracts/http';
import { Validator } from '@seriousme/openapi-schema-validator';

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

  it('does not contain the personal marks of fields', () => {
    expect(JSON.stringify(document)).not.toContain('"personal"');
  });
});
