import { randomUUID } from 'node:crypto';
import type { ApiClient } from '@bankside/client';
import { testSeed } from '@bankside/std/random';
import Ajv, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { strange, valueOf, type Pool, type Schema } from './from-schema';
import { devToken, gatewayUrl, shop, signInAs } from './shop';

// Checks the API against its document: every response, also to random requests, is documented.

type Parameter = Readonly<{ name: string; in: string; required: boolean; schema: Schema }>;
type Content = Readonly<Record<string, Readonly<{ schema: Schema }>>>;
type Described = Readonly<{
  operationId: string;
  parameters: readonly Parameter[];
  requestBody?: Readonly<{ content: Content }>;
  responses: Readonly<Record<string, Readonly<{ content: Content; headers?: object }>>>;
}>;
type Document = Readonly<{ paths: Record<string, Record<string, Described>>; components: object }>;
type Operation = Described & Readonly<{ method: string; path: string }>;

/** Only the API can generate one. */
const CURSOR = 'cursor';
/** Mutations and their bodies differ from operation to operation. */
const RUNS = 12;
/** Parameters have few types, which all operations share: each type gets hundreds of values. */
const RUNS_OF_PARAMETERS = 5;
const SEED = testSeed(process.env['TEST_SEED']);
const AT_ONCE = 4;
const operationsOf = async (): Promise<{ document: Document; operations: Operation[] }> => {
  const document = (await (await fetch(`${gatewayUrl()}/openapi.json`)).json()) as Document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ ...described, method, path })),
  );
  return { document, operations };
};

/** A response that the document does not allow, with its request. */
const whyOf = ({ message, cause }: Error): string =>
  `${cause instanceof Error ? cause.message : ''} ${/Counterexample: .*/.exec(message)?.[0] ?? message}`;

/** Throws unless the response is documented for the operation: status, headers, type and schema. */
const assertDocumented = (document: Document, ajv: Ajv) => {
  const compiled = new Map<Schema, ValidateFunction>(); // Compilation costs more than the call.
  const validatorOf = (schema: Schema): ValidateFunction => {
    const known = compiled.get(schema) ?? ajv.compile({ ...schema, components: document.components });
    compiled.set(schema, known);
    return known;
  };
  return (operation: Operation, response: Response, text: string): void => {
    const summary = `${operation.operationId}: ${response.status} ${text.slice(0, 300)}`;
    const documented = operation.responses[String(response.status)];
    if (documented === undefined) throw new Error(`Not documented: ${summary}`);
    if (response.status >= 500) throw new Error(`Failed: ${summary}`);
    const lacking = Object.keys(documented.headers ?? {}).filter((name) => !response.headers.has(name));
    if (lacking.length > 0) throw new Error(`Missing ${lacking.join()}: ${summary}`);
    const type = String(response.headers.get('content-type')).split(';')[0]!;
    const content = documented.content[type];
    if (content === undefined) throw new Error(`Not documented as ${type}: ${summary}`);
    const accepts = validatorOf(content.schema);
    if (type.endsWith('json') && !accepts(JSON.parse(text)))
      throw new Error(`Not as documented: ${summary} ${JSON.stringify(accepts.errors)}`);
  };
};

describe('the API', () => {
  const ajv = addFormats(new Ajv({ strict: false, allErrors: false })).addFormat('idn-email', /.@./);
  let asDocumented: ReturnType<typeof assertDocumented>;
  let operations: Operation[];
  let pool: Pool;
  let token: string;
  let staff: ApiClient;

  beforeAll(async () => {
    const described = await operationsOf();
    operations = described.operations;
    asDocumented = assertDocumented(described.document, ajv);
    staff = await signInAs({ role: ['teller', 'operator'] });
    token = await devToken({ role: ['teller', 'operator'] });
    const buyers = await Promise.all([shop(staff).buyer(100_000), shop(staff).buyer(0)]);
    const sku = await shop(staff).product(100, 1_000);
    const { orderId } = await shop(staff).order(buyers[0]!, sku, 1);
    const give = async (what: string, field: string, body: object): Promise<string> => {
      const path = `/api/customers/${buyers[0]!.customerId}/${what}`;
      return String((await staff.post(path, randomUUID(), body)).body[field]);
    };
    pool = {
      customerId: buyers.map(({ customerId }) => customerId),
      accountNumber: buyers.map(({ accountNumber }) => accountNumber),
      account: buyers.map(({ accountNumber }) => accountNumber),
      mobileNumber: buyers.map(({ mobileNumber }) => mobileNumber),
      cardNumber: [await give('cards', 'cardNumber', {})],
      loanNumber: [await give('loans', 'loanNumber', { totalCents: 1_000 })],
      sku: [sku],
      orderId: [orderId],
      sagaId: [orderId],
      projection: ['order-status'],
      service: ['accounts', 'orders'],
      source: ['accounts', 'orders'],
      view: ['order-status', 'statement'],
      currency: ['EUR'],
      stream: [`account-${buyers[0]!.accountNumber}`, `order-${orderId}`],
    };
  });
  afterAll(() => staff.close());

  type Sent = Readonly<{ path: object; query: object; body: unknown; key: string }>;

  const part = (operation: Operation, place: string): Schema => {
    const parameters = operation.parameters.filter(
      (parameter) => parameter.in === place && parameter.name !== CURSOR,
    );
    return {
      type: 'object',
      properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
      required: parameters.filter(({ required }) => required).map(({ name }) => name),
    };
  };
  const bodyOf = (operation: Operation): Schema | undefined =>
    operation.requestBody?.content['application/json']?.schema;

  /** Clients remove the segments `.` and `..` of a path before they send it. */
  const isSent = (path: object): boolean =>
    !Object.values(path).some((segment) => /^\.{1,2}$/.test(String(segment)));

  const good = (operation: Operation): fc.Arbitrary<Sent> => {
    const body = bodyOf(operation);
    return fc.record({
      path: (valueOf(part(operation, 'path'), pool) as fc.Arbitrary<object>).filter(isSent),
      query: valueOf(part(operation, 'query'), pool) as fc.Arbitrary<object>,
      body: body ? valueOf(body, pool).filter(ajv.compile(body)) : fc.constant(undefined),
      key: fc.uuid(),
    });
  };

  const send = async (operation: Operation, { path, query, body, key }: Sent) => {
    const filled = operation.path.replace(/\{(\w+)\}/g, (_match, name: string) =>
      encodeURIComponent(String(path[name as keyof typeof path])),
    );
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) search.set(name, String(value));
    const response = await fetch(`${gatewayUrl()}${filled}?${search.toString()}`, {
      method: operation.method.toUpperCase(),
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': key,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (response.headers.get('content-type') !== 'text/event-stream')
      return { response, text: await response.text() };
    await response.body?.cancel();
    return { response, text: '' };
  };

  /** Runs several at once, because they mostly wait. */
  const eachOf = async (
    some: readonly Operation[],
    check: (operation: Operation) => Promise<void>,
    atOnce = AT_ONCE,
  ): Promise<void> => {
    expect(some.length).toBeGreaterThan(10);
    const waiting = [...some];
    const failures: string[] = [];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await check(next).catch((error: Error) => failures.push(whyOf(error)));
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    expect(failures).toEqual([]);
  };
  const eachOperation = (check: (operation: Operation) => Promise<void>): Promise<void> =>
    eachOf(operations, check);

  it('responds to valid requests as documented, and to a repeated mutation with its first response', async () => {
    const isRead = ({ method }: Operation): boolean => method === 'get';
    const isUnderWay = ({ response, text }: Awaited<ReturnType<typeof send>>): boolean =>
      response.status === 202 && Object.hasOwn(JSON.parse(text) as object, 'sagaId');
    const check = (operation: Operation): Promise<void> =>
      fc.assert(
        fc.asyncProperty(good(operation), async (sent) => {
          const sendAsDocumented = async () => {
            const reply = await send(operation, sent);
            asDocumented(operation, reply.response, reply.text);
            return reply;
          };
          let reply = await sendAsDocumented();
          // The saga of the request is still running: its repeat waits for the result.
          while (isUnderWay(reply)) reply = await sendAsDocumented();
          const { response, text } = reply;
          if (response.status === 400)
            throw new Error(`Rejected as invalid: ${operation.operationId} ${text}`);
          if (isRead(operation)) return;
          const again = await send(operation, sent);
          if (again.response.status !== response.status || again.text !== text)
            throw new Error(`A different response to the repeat: ${text} and ${again.text}`);
        }),
        { numRuns: isRead(operation) ? RUNS_OF_PARAMETERS : RUNS, seed: SEED, endOnFailure: true },
      );
    await eachOf(operations.filter(isRead), check);
    // One by one, because a refusal is not kept under its key: another mutation may end its reason.
    const mutations = operations.filter((operation) => !isRead(operation));
    await eachOf(mutations, check, 1);
  });

  it('rejects invalid bodies with 400, as documented', async () => {
    await eachOperation(async (operation) => {
      const schema = bodyOf(operation);
      if (schema === undefined) return;
      const accepts = ajv.compile(schema);
      const sent = fc.tuple(good(operation), strange(valueOf(schema, pool)));
      await fc.assert(
        fc.asyncProperty(sent, async ([request, body]) => {
          const { response, text } = await send(operation, { ...request, body });
          asDocumented(operation, response, text);
          if (!accepts(body) && response.status !== 400)
            throw new Error(
              `Accepted: ${operation.operationId} ${JSON.stringify(body)} ${response.status} ${text}`,
            );
        }),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      );
    });
  });

  it('responds to unusual paths and queries as documented', async () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constantFrom('0', '-1', '1e3', 'null', '%'),
    );
    await eachOperation((operation) => {
      const names = operation.parameters
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => name);
      const path = fc.record(
        Object.fromEntries(names.map((name) => [name, odd.filter((text) => !/^\.{0,2}$/.test(text))])),
      );
      const query = fc.dictionary(fc.constantFrom('limit', 'cursor', 'via', 'customerId', 'x'), odd, {
        maxKeys: 3,
      });
      return fc.assert(
        fc.asyncProperty(good(operation), path, query, async (request, strangePath, strangeQuery) => {
          const { response, text } = await send(operation, {
            ...request,
            path: strangePath,
            query: strangeQuery,
          });
          asDocumented(operation, response, text);
        }),
        { numRuns: RUNS_OF_PARAMETERS, seed: SEED, endOnFailure: true },
      );
    });
  });
});
