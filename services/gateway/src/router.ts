import { isUtf8 } from 'node:buffer';
import { masked } from '@bankside/contracts';
import type { Operation, OperationId, Operations, operations } from '@bankside/contracts/http';
import {
  badRequest,
  parseBody,
  parseParams,
  parseQuery,
  Problem,
  readBody,
  requireUtf8Charset,
} from '@bankside/http';
import { seesPersons, type Actor } from '@bankside/auth';
import { CORRELATION_ID } from '@bankside/std';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import type * as z from 'zod';
import type { Recorder } from './audit-log/recorder';
import type { Authenticate } from './auth/authenticate';
import { admit, requireOwnership, concealing } from './auth/authorize';
import { requestContext, scopedIdempotencyKey, type RequestContext } from './request-context';
import { addressOf, type RateLimiter } from './edge/rate-limit';
import type { NormalizeMobileNumbers } from './mobile-numbers';
import type { ApiResponse, StreamingResponse } from './upstream';

type Parsed<O extends Operation, Part extends 'params' | 'query' | 'body'> =
  O extends Readonly<Record<Part, infer Schema extends z.ZodType>> ? z.infer<Schema> : undefined;

/** A request that has been checked against its operation. Mutations have a `key`. */
export type Input<O extends Operation> = RequestContext &
  Readonly<{
    params: Parsed<O, 'params'>;
    query: Parsed<O, 'query'>;
    body: Parsed<O, 'body'>;
    key: O['method'] extends 'get' ? undefined : string;
    /** Empty without one. */
    file: Buffer;
    req: Request;
  }>;

/** One handler per operation: an operation without a handler does not compile. */
export type Handlers = {
  readonly [Id in OperationId]: (
    input: Input<(typeof operations)[Id]>,
  ) => Promise<ApiResponse | StreamingResponse>;
};

const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

export type AccessControl = Readonly<{
  authenticate: Authenticate;
  /** Rewrites the mobile numbers of a body or query to E.164. */
  normalizeNumbers: NormalizeMobileNumbers;
  /** Limits the requests of each subject, and of each address for requests without a valid token. */
  limit: RateLimiter;
}>;

const authenticateAndLimit = async (
  { authenticate, limit }: AccessControl,
  req: Request,
  res: Response,
): Promise<Actor> => {
  const actor = await authenticate(req, res).catch(async (error: unknown) => {
    await limit(addressOf(req), req, res);
    throw error;
  });
  await limit(`subject ${actor.subject}`, req, res);
  return actor;
};

const bodyOf = ({ bodyOptional }: Operation, { body }: Request): unknown =>
  body === undefined && bodyOptional ? {} : body;

const NO_FILE = Buffer.alloc(0);

const unsupported = (detail: string): Problem => new Problem({ name: 'unsupported-media-type', detail });

const LINE_FEED = 0x0a;

const firstLineNotUtf8 = (file: Buffer): number => {
  let line = 1;
  for (let start = 0, end = 0; start <= file.length; start = end + 1, line += 1) {
    end = file.indexOf(LINE_FEED, start);
    if (end === -1) break;
    if (!isUtf8(file.subarray(start, end))) break;
  }
  return line;
};

/** @throws Problem 400, 413 or 415 */
const fileOf = async (
  { types, maxBytes }: NonNullable<Operation['file']>,
  req: Request,
  res: Response,
): Promise<Buffer> => {
  if (!req.is([...types])) throw unsupported(`Send the file as ${types.join(' or ')}.`);
  if (req.get('content-encoding') !== undefined)
    throw unsupported('Send the file without a content encoding.');
  requireUtf8Charset(req);
  const file = await readBody(req, res, maxBytes);
  const wrong = isUtf8(file) ? undefined : firstLineNotUtf8(file);
  if (wrong === undefined) return file;
  const detail = 'is not valid UTF-8';
  throw badRequest(`Line ${wrong} of the file ${detail}.`, [{ pointer: `line:${wrong}`, detail }]);
};

const checkedInput = async (operation: Operation, access: AccessControl, req: Request, res: Response) => {
  const actor = admit(operation, await authenticateAndLimit(access, req, res));
  const key = scopedIdempotencyKey(operation, req, actor);
  const context = requestContext(operation, req, { actor, key });
  res.set(CORRELATION_ID, context.causalContext.correlationId);
  const { normalizeNumbers } = access;
  const parts = {
    params: operation.params && parseParams(operation.params, req.params),
    query: operation.query && parseQuery(operation.query, normalizeNumbers(operation.query, req.query)),
    key,
    body:
      operation.body && parseBody(operation.body, normalizeNumbers(operation.body, bodyOf(operation, req))),
  };
  requireOwnership(operation, actor, parts);
  const file = operation.file === undefined ? NO_FILE : await fileOf(operation.file, req, res);
  return { ...context, ...parts, file, req };
};

/** Called with a response that does not match the schema or status of its operation. */
export type OnContractViolation = (operationId: string, what: string) => void;

/**
 * Reduces the body of a response to the schema of its operation, so that internal fields of a service never leave, and
 * masks persons for actors who may not see them.
 */
const enforceResponseSchema = (
  operationId: string,
  { success, pending }: Operation,
  { status, body }: ApiResponse,
  { actor, onContractViolation }: Readonly<{ actor: Actor; onContractViolation: OnContractViolation }>,
): unknown => {
  const shown = (schema: z.ZodType | undefined, data: unknown): unknown =>
    seesPersons(actor) ? data : masked(schema, data);
  const promised = status === 202 ? (pending ?? success) : success;
  if (status !== success.status && promised !== pending) {
    if (status >= 400) return body;
    onContractViolation(operationId, `status ${status}`);
    return shown(undefined, body);
  }
  const parsed = promised.schema.safeParse(body);
  if (parsed.success) return shown(promised.schema, parsed.data);
  onContractViolation(
    operationId,
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
  return shown(undefined, body); // A body that violates the contract is still more useful than no body.
};

/** Where the created resource can be read. */
const locationOf = (
  { creates, success }: Operation,
  { status, body }: ApiResponse,
): Record<string, string> => {
  if (creates === undefined || status !== success.status) return {};
  const fields = body as Readonly<Record<string, unknown>>;
  const location = creates.replaceAll(/\{(\w+)\}/g, (_, field: string) =>
    encodeURIComponent(String(fields[field])),
  );
  return { location };
};

const send = (res: Response, { status, headers }: ApiResponse, body: unknown): void => {
  // Problems of services keep their content type.
  res.status(status).set(headers);
  if (headers['content-type'] === undefined) res.type('application/json');
  res.send(typeof body === 'string' ? body : JSON.stringify(body));
};

/** Rejects requests for a known path with a method that it does not support. */
const methodNotAllowed = (methods: readonly string[]): RequestHandler => {
  const allowed = methods.map((method) => method.toUpperCase()).join(', ');
  return (_req, res) => {
    res.set('Allow', allowed);
    throw new Problem({ name: 'method-not-allowed', detail: `This path supports ${allowed}.` });
  };
};

/** Called with the response of a request for a change, before it is handled. */
type OnChange = (res: Response, operationId: string, correlationId: string) => void;
type RouterObservers = Readonly<{
  onContractViolation: OnContractViolation;
  onChange: OnChange;
  record: Recorder;
}>;

/** Routes each operation to its handler. */
export const apiRouter = (
  table: Operations,
  handlers: Handlers,
  { onContractViolation, onChange, record, ...access }: AccessControl & RouterObservers,
): Router => {
  const router = Router();
  for (const [id, operation] of Object.entries(table)) {
    const handle = handlers[id as OperationId] as (
      input: unknown,
    ) => Promise<ApiResponse | StreamingResponse>;
    router[operation.method](expressPath(operation.path), async (req, res) => {
      const input = await checkedInput(operation, access, req, res);
      if (input.key !== undefined) onChange(res, id, input.causalContext.correlationId);
      const response = await record({ id, operation, request: input }, () =>
        concealing(input.actor, () => handle(input)),
      );
      if ('stream' in response) await response.stream(res);
      else {
        const shown = enforceResponseSchema(id, operation, response, {
          actor: input.actor,
          onContractViolation,
        });
        res.set(locationOf(operation, response));
        send(res, response, shown);
      }
    });
  }
  for (const path of new Set(Object.values(table).map((operation) => operation.path))) {
    const here = Object.values(table).filter((operation) => operation.path === path);
    router.all(expressPath(path), methodNotAllowed(here.map(({ method }) => method)));
  }
  return router;
};
