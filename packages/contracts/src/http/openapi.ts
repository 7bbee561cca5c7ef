import * as z from 'zod';
import {
  createDocument,
  type CreateDocumentOptions,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { problems, type ProblemName } from '../problems';
import { isMutation, type Operation, type Operations } from './operation';
import { apiSections } from './operations';

const problem = z
  .object({
    type: z.string().meta({ examples: ['/problems/insufficient-funds'] }),
    title: z.string().meta({ examples: ['Insufficient funds'] }),
    status: z
      .int()
      .min(400)
      .max(599)
      .meta({ examples: [422] }),
    detail: z.string().meta({ examples: ['Rejected: insufficient funds.'] }),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'JSON pointer into the body, or the name of a parameter' }),
          detail: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'The invalid parts of the request' }),
    reasons: z
      .array(z.object({ type: z.string().optional(), title: z.string(), detail: z.string().optional() }))
      .optional()
      .meta({ description: 'All reasons of a refusal that has several' }),
  })
  .meta({ id: 'Problem' });

/** The problems that every call may return. */
export const COMMON_PROBLEMS: readonly ProblemName[] = [
  'invalid-request',
  'unauthenticated',
  'customer-left',
  'forbidden',
  'too-many-requests',
  'unavailable',
];
/** The problems that, besides those, every mutation may return. */
export const MUTATION_PROBLEMS: readonly ProblemName[] = [
  'body-too-large',
  'unsupported-media-type',
  'idempotency-key-reused',
];
/** The problems that, besides those, every call with a file may return. */
const FILE_PROBLEMS: readonly ProblemName[] = ['body-too-large', 'unsupported-media-type'];

/** The response to a customer for another's data, as for data that do not exist. */
const CONCEALED: readonly ProblemName[] = ['not-found'];
const isOwned = ({ owner }: Operation): boolean => owner !== undefined && owner !== 'none';

const byStatus = (names: readonly ProblemName[]): [string, ProblemName][] =>
  names.map((name) => [String(problems[name].status), name]);

/** The problems that, besides those, every conditional mutation may return. */
export const CONDITIONAL_PROBLEMS: readonly ProblemName[] = ['changed-meanwhile'];

/** The problems of a call: names by status. */
export const problemsOf = (operation: Operation): ReadonlyMap<string, readonly ProblemName[]> => {
  const all = new Map<string, ProblemName[]>();
  const own = Object.entries(operation.problems ?? {}).flatMap(([status, names]) =>
    names.map((name): [string, ProblemName] => [status, name]),
  );
  const mutation = isMutation(operation) ? byStatus(MUTATION_PROBLEMS) : [];
  const file = operation.file ? byStatus(FILE_PROBLEMS) : [];
  const concealed = isOwned(operation) ? byStatus(CONCEALED) : [];
  const conditional = operation.conditional ? byStatus(CONDITIONAL_PROBLEMS) : [];
  for (const [status, name] of [
    ...byStatus(COMMON_PROBLEMS),
    ...mutation,
    ...file,
    ...conditional,
    ...own,
    ...concealed,
  ])
    all.set(status, [...new Set([...(all.get(status) ?? []), name])]);
  return all;
};

const problemResponse = (names: readonly ProblemName[]): ZodOpenApiResponseObject => ({
  description: names.map((name) => `\`${name}\``).join(', '),
  content: { 'application/problem+json': { schema: problem } },
});

const TOKEN_HEADER = {
  'Consistency-Token': {
    description: 'Send it with a query whose response must include this change.',
    schema: { type: 'string' as const },
  },
};
const LOCATION_HEADER = {
  Location: { description: 'Where the created resource can be read.', schema: { type: 'string' as const } },
};

const successHeaders = (operation: Operation, tag: string) => {
  // A decision of an operator is no commit that a view could wait for.
  const hasToken = isMutation(operation) && tag !== 'operators';
  return { ...(hasToken && TOKEN_HEADER), ...(operation.creates && LOCATION_HEADER) };
};

const responsesOf = (operation: Operation, tag: string): ZodOpenApiOperationObject['responses'] => {
  const { success, pending } = operation;
  return {
    [`${success.status}`]: {
      description: success.description,
      headers: successHeaders(operation, tag),
      content: { [success.type ?? 'application/json']: { schema: success.schema } },
    },
    ...(pending && {
      202: {
        description: pending.description,
        headers: {
          Location: { description: 'Where its progress can be read.', schema: { type: 'string' as const } },
        },
        content: { 'application/json': { schema: pending.schema } },
      },
    }),
    ...Object.fromEntries(
      [...problemsOf(operation)].map(([status, names]) => [status, problemResponse(names)]),
    ),
  };
};

const accessOf = ({ roles, owner }: Operation): string => {
  const limit = owner === undefined || owner === 'none' ? '' : ' (their own data only)';
  return `For ${roles.map((role) => `${role}s${role === 'customer' ? limit : ''}`).join(', ')}.`;
};

const parameterRef = (name: string) => ({ $ref: `#/components/parameters/${name}` });

/** Reads of what happens inside the system depend on no change that a caller made. */
export const takesConsistencyToken = (operation: Operation, tag: string): boolean =>
  !isMutation(operation) &&
  (tag !== 'operators' || operation.problems?.[503]?.includes('view-behind') === true);

const headersOf = (operation: Operation, tag: string): readonly string[] => {
  if (!isMutation(operation)) return takesConsistencyToken(operation, tag) ? ['ConsistencyToken'] : [];
  return operation.conditional ? ['IdempotencyKey', 'IfMatch'] : ['IdempotencyKey'];
};

const operationObject = (
  operationId: string,
  operation: Operation,
  tag: string,
): ZodOpenApiOperationObject => ({
  operationId,
  tags: [tag],
  summary: operation.summary,
  description: [operation.description, accessOf(operation)].filter(Boolean).join('\n\n'),
  requestParams: {
    ...(operation.params && { path: operation.params }),
    ...(operation.query && { query: operation.query }),
  },
  parameters: headersOf(operation, tag).map(parameterRef),
  ...(operation.body && {
    requestBody: {
      required: operation.bodyOptional !== true,
      content: { 'application/json': { schema: operation.body } },
    },
  }),
  ...(operation.file && {
    requestBody: {
      required: true,
      content: Object.fromEntries(
        operation.file.types.map((type) => [
          type,
          { schema: { type: 'string' as const, maxLength: operation.file!.maxBytes } },
        ]),
      ),
    },
  }),
  responses: responsesOf(operation, tag),
});

const parameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header' as const,
    required: true,
    description:
      'A new value for each new request. For a week, a repeat with the same key and body returns the first response, also when it was a rejection or changed nothing, and whatever has happened since; another request with the same key is rejected with 422. Each service keeps the keys of its own calls, and each saga and each fault switch theirs as long as it exists: a key that was used for a call of one service is new to another. A request that was not decided (400, 401, 412, 429, 503, 403 for the caller itself, or 404 for a saga that is not running) runs again.',
    schema: { type: 'string' as const, minLength: 1, maxLength: 128, pattern: '^[!-~]+$' },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header' as const,
    required: false,
    description:
      'One or more values of `ETag` from previous reads, or `*` for any existing resource (RFC 9110, section 13.1.1): the change is made only if one of them is current. Calls that do not list this header reject it.',
    schema: { type: 'string' as const, maxLength: 128, examples: ['"3"', '"3", "4"', '*'] },
  },
  ConsistencyToken: {
    name: 'Consistency-Token',
    in: 'header' as const,
    required: false,
    description:
      'The `Consistency-Token` of earlier changes, separated by commas: the response then includes those changes. It waits only for the services that the token names; without their response in two seconds it is 503 `view-behind`.',
    schema: { type: 'string' as const, maxLength: 1024 },
  },
};

const info = {
  title: 'Bankside',
  summary: 'A bank, and a shop that pays through it.',
  license: { name: 'MIT', identifier: 'MIT' },
};

const options: CreateDocumentOptions = {
  override: ({ jsonSchema }) => {
    delete jsonSchema['personal']; // Marks fields for erasure and for logs; of no use to callers.
    if (jsonSchema.format === 'date-time' || jsonSchema.format === 'email') delete jsonSchema.pattern;
  },
};

/** The OpenAPI 3.1 document of the public HTTP API. */
export const openApi = (version: string) => {
  const paths: ZodOpenApiPathsObject = {};
  for (const { tag, operations } of apiSections)
    for (const [id, operation] of Object.entries(operations as Operations))
      (paths[operation.path] ??= {})[operation.method] = operationObject(id, operation, tag);
  return createDocument(
    {
      openapi: '3.1.1',
      info: { ...info, version },
      servers: [{ url: '/' }],
      security: [{ bearer: [] }],
      tags: apiSections.map(({ tag, description }) => ({ name: tag, description })),
      paths,
      components: {
        parameters,
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    options,
  );
};
