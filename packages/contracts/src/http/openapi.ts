import { z } from 'zod';
import { isMutation, tags, type Operation, type Operations, type Tag } from './operation';

type Json = Record<string, unknown>;

const PROBLEM_REF = { $ref: '#/components/schemas/Problem' };
const problem = z.object({
  type: z.string().meta({ examples: ['/problems/insufficient-funds'] }),
  title: z.string().meta({ examples: ['Insufficient funds'] }),
  status: z
    .int()
    .min(400)
    .max(599)
    .meta({ examples: [422] }),
  detail: z.string().meta({ examples: ['Refused: insufficient funds.'] }),
  errors: z
    .array(
      z.object({
        pointer: z.string().meta({ description: 'JSON pointer into the body, or the name of a parameter' }),
        detail: z.string(),
      }),
    )
    .optional()
    .meta({ description: 'Which parts of the request are wrong' }),
});

/** What every call may answer; what only changes may, comes on top. */
const COMMON_PROBLEMS = {
  400: ['invalid-request'],
  401: ['unauthenticated'],
  403: ['forbidden'],
  429: ['too-many-requests'],
  503: ['unavailable'],
} as const;
const MUTATION_PROBLEMS = {
  412: ['changed-meanwhile'],
  413: ['body-too-large'],
  415: ['unsupported-media-type'],
  422: ['idempotency-key-reused'],
} as const;

const TAG_TEXTS: Readonly<Record<Tag, string>> = {
  customers: 'The people of the bank.',
  accounts: 'Savings accounts, and money in and out of them.',
  cards: 'Credit cards, and what is owed on them.',
  loans: 'Loans, and their repayment.',
  products: "The shop's catalogue and its stock.",
  orders: 'Orders, paid from an account or card of the bank.',
  operators: 'The running of the system: sagas, views, streams.',
};

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      delete jsonSchema['personal']; // For those who write logs and forget people, not for callers.
      if (jsonSchema.format === 'date-time' || jsonSchema.format === 'email') delete jsonSchema.pattern;
    },
  });
  return rest;
};

const parametersOf = (place: 'path' | 'query', schema: z.ZodObject | undefined): Json[] =>
  Object.entries<z.ZodType>(schema?.shape ?? {}).map(([name, field]) => {
    const { description, ...rest } = schemaOf(field, 'input');
    return {
      name,
      in: place,
      required: place === 'path' || !field.safeParse(undefined).success,
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });

const HEADER_PARAMETERS = {
  change: [{ $ref: '#/components/parameters/IdempotencyKey' }, { $ref: '#/components/parameters/IfMatch' }],
  read: [{ $ref: '#/components/parameters/ConsistencyToken' }],
};

const problemAnswer = (names: readonly string[]): Json => ({
  description: names.map((name) => `\`${name}\``).join(', '),
  content: { 'application/problem+json': { schema: PROBLEM_REF } },
});

/** Every problem that a call may answer: names by status. */
export const problemsOf = (operation: Operation): ReadonlyMap<string, readonly string[]> => {
  const problems = new Map<string, string[]>();
  for (const source of [
    COMMON_PROBLEMS,
    isMutation(operation) ? MUTATION_PROBLEMS : {},
    operation.problems ?? {},
  ])
    for (const [status, names] of Object.entries(source as Record<string, readonly string[]>))
      problems.set(status, [...(problems.get(status) ?? []), ...names]);
  return problems;
};

/** What operators change is no commit that a view would have to have. */
const tokenOf = (operation: Operation): Json =>
  isMutation(operation) && operation.tag !== 'operators'
    ? {
        'Consistency-Token': {
          description: 'To be sent with a query whose answer must contain this change.',
          schema: { type: 'string' },
        },
      }
    : {};

const responsesOf = (operation: Operation): Json => {
  const { success, pending } = operation;
  const headers = tokenOf(operation);
  return {
    [success.status]: {
      description: success.description,
      ...(Object.keys(headers).length > 0 && { headers }),
      content: { [success.type ?? 'application/json']: { schema: schemaOf(success.schema, 'output') } },
    },
    ...(pending && {
      202: {
        description: pending.description,
        headers: { Location: { description: 'The saga, for operators.', schema: { type: 'string' } } },
        content: { 'application/json': { schema: schemaOf(pending.schema, 'output') } },
      },
    }),
    ...Object.fromEntries(
      [...problemsOf(operation)].map(([status, names]) => [status, problemAnswer(names)]),
    ),
  };
};

const accessOf = ({ roles, owner }: Operation): string => {
  const theirs = owner === undefined || owner === 'nobody' ? '' : ' (their own only)';
  return `For ${roles.map((role) => `${role}s${role === 'customer' ? theirs : ''}`).join(', ')}.`;
};

const describe = (operationId: string, operation: Operation): Json => ({
  operationId,
  tags: [operation.tag],
  summary: operation.summary,
  description: [operation.description, accessOf(operation)].filter(Boolean).join('\n\n'),
  parameters: [
    ...parametersOf('path', operation.params),
    ...parametersOf('query', operation.query),
    ...HEADER_PARAMETERS[isMutation(operation) ? 'change' : 'read'],
  ],
  ...(operation.body && {
    requestBody: {
      required: true,
      content: { 'application/json': { schema: schemaOf(operation.body, 'input') } },
    },
  }),
  responses: responsesOf(operation),
});

const parameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description:
      'A new value for each new request. For a week the same value and body get the first answer again, also when it was a refusal or when there was nothing to do, and another body gets 422. What came to no decision (400, 401, 403, 412, 429, 503) is tried anew. What an operator tells a saga or a fault switch is known for as long as these are.',
    schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[!-~]+$' },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The `ETag` that you have read: the change is made only if nothing was changed since.',
    schema: { type: 'string', maxLength: 128, examples: ['"3"'] },
  },
  ConsistencyToken: {
    name: 'Consistency-Token',
    in: 'header',
    required: false,
    description: 'What an earlier change answered in this header: the answer then contains that change.',
    schema: { type: 'string', maxLength: 1024 },
  },
};

/** The OpenAPI 3.1 document of these calls. */
export const openApi = (operations: Operations, version: string): Json => {
  const paths: Record<string, Json> = {};
  for (const [id, operation] of Object.entries(operations))
    (paths[operation.path] ??= {})[operation.method] = describe(id, operation);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Bankside',
      version,
      summary: 'A bank, and a shop that pays through it.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: tags.map((name) => ({ name, description: TAG_TEXTS[name] })),
    paths,
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      parameters,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
};
