import Ajv, { type ValidateFunction } from 'ajv';
import { kubernetesSchemas, type KubernetesSchemas, type Schema } from './kubernetes-schemas';
import { idOf, type Manifest } from './manifest';

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The API accepts a number where the types of these fields are strings, for example a port or a quantity. */
const EITHER = ['string', 'integer', 'number'];
const isEither = (name: string): boolean => /(IntOrString|\.Quantity)$/.test(name);

/** A pattern with flags, which JavaScript does not read. */
const isGoPattern = (pattern: unknown): boolean => typeof pattern === 'string' && pattern.includes('(?i)');

/** The API server drops unknown fields silently. Here they are errors, because they are misspelled. */
const strict = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(strict);
  if (!isSchema(value)) return value;
  const inner = Object.fromEntries(
    Object.entries(value)
      .filter(([key, one]) => !(key === 'pattern' && isGoPattern(one)))
      .map(([key, one]) => [key, strict(one)]),
  );
  if (value['x-kubernetes-int-or-string'] === true) return { type: EITHER };
  const open =
    value['x-kubernetes-preserve-unknown-fields'] === true || value['additionalProperties'] !== undefined;
  return isSchema(value['properties']) && value['type'] === 'object' && !open
    ? { ...inner, additionalProperties: false }
    : inner;
};

/** The schema of a custom resource omits what every object has. */
const withMetadata = (schema: Schema): Schema => {
  const { properties } = schema as { properties: Schema };
  return strict({
    ...schema,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      ...properties,
      metadata: { type: 'object', additionalProperties: true },
    },
  }) as Schema;
};

const validators = ({ kinds, definitions, custom }: KubernetesSchemas) => {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const strictDefinitions = Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [
      name,
      isEither(name) ? { type: EITHER } : strict(schema),
    ]),
  );
  ajv.addSchema({ $id: 'kubernetes', definitions: strictDefinitions });
  const compiled = new Map<string, ValidateFunction>();
  const schemaOf = (kind: string): Schema | undefined => {
    if (kinds[kind] !== undefined) return { $ref: `kubernetes#/definitions/${kinds[kind]}` };
    return custom[kind] && withMetadata(custom[kind]);
  };
  return (kind: string): ValidateFunction | undefined => {
    const schema = compiled.has(kind) ? undefined : schemaOf(kind);
    if (schema) compiled.set(kind, ajv.compile(schema));
    return compiled.get(kind);
  };
};

/** Returns a function that lists what the API server would reject or drop, one sentence each. */
export const schemaChecker = async (): Promise<(manifest: Manifest) => readonly string[]> => {
  const validatorOf = validators(await kubernetesSchemas());
  return (manifest) => {
    const kind = `${manifest.apiVersion}/${manifest.kind}`;
    const validate = validatorOf(kind);
    if (validate === undefined) return [`${idOf(manifest)}: ${kind} is unknown`];
    if (validate(manifest)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const unknown = (params as { additionalProperty?: string }).additionalProperty;
      return `${idOf(manifest)}: ${instancePath || '/'} ${message}${unknown === undefined ? '' : ` (${unknown})`}`;
    });
  };
};
