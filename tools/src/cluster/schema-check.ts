import Ajv, { type ValidateFunction } from 'ajv';
import custom from './schemas/custom.json';
import kubernetes from './schemas/kubernetes.json';
import { idOf, type Manifest } from './manifest';

type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Numbers stand where the API takes either, for example a port or a quantity. */
const EITHER = ['string', 'integer', 'number'];
const eitherIn = (name: string): boolean => /(IntOrString|\.Quantity)$/.test(name);

/**
 * The schemas of the API are lenient: what they do not know is dropped without a word. Here an unknown field is an
 * error, since it is a typing mistake.
 */
const strict = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(strict);
  if (!isSchema(value)) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, strict(one)]));
  if (value['x-kubernetes-int-or-string'] === true) return { type: EITHER };
  const open =
    value['x-kubernetes-preserve-unknown-fields'] === true || value['additionalProperties'] !== undefined;
  return isSchema(value['properties']) && value['type'] === 'object' && !open
    ? { ...inner, additionalProperties: false }
    : inner;
};

const definitions = Object.fromEntries(
  Object.entries(kubernetes.definitions).map(([name, schema]) => [
    name,
    eitherIn(name) ? { type: EITHER } : strict(schema),
  ]),
);

/** A custom resource's schema leaves out what every object has. */
const withMetadata = (schema: Schema): unknown => {
  const { properties } = schema as { properties: Schema };
  return strict({
    ...schema,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      ...properties,
      metadata: { type: 'object', additionalProperties: true },
    },
  });
};

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const compiled = new Map<string, ValidateFunction>();

const schemaOf = (id: string): object | undefined => {
  const builtIn = (kubernetes.kinds as Readonly<Record<string, string>>)[id];
  if (builtIn !== undefined) return { $ref: `#/definitions/${builtIn}`, definitions };
  const schema = (custom as Readonly<Record<string, Schema>>)[id];
  return schema === undefined ? undefined : (withMetadata(schema) as object);
};

const validatorOf = (id: string): ValidateFunction | undefined => {
  const known = compiled.get(id);
  if (known) return known;
  const schema = schemaOf(id);
  if (schema === undefined) return undefined;
  const validate = ajv.compile(schema);
  compiled.set(id, validate);
  return validate;
};

/** What the API server would refuse or drop, one sentence each. */
export const schemaProblems = (manifest: Manifest): readonly string[] => {
  const id = `${manifest.apiVersion}/${manifest.kind}`;
  const validate = validatorOf(id);
  if (validate === undefined) return [`${idOf(manifest)}: no schema of ${id} is kept here`];
  if (validate(manifest)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const unknown = (params as { additionalProperty?: string }).additionalProperty;
    return `${idOf(manifest)}: ${instancePath || '/'} ${message}${unknown === undefined ? '' : ` (${unknown})`}`;
  });
};
