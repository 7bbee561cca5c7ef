import type { Operation, OperationId, Operations, operations } from '@bankside/contracts/http';
import { parseBody, parseParams, parseQuery, Problem, type Actor } from '@bankside/service';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import type { Authenticate } from './auth/authenticate';
import { requireOwn, requireRole } from './auth/authorize';
import { callOf, keyOf, type Call } from './call';
import type { RateLimiter } from './edge/rate-limit';
import type { Answer, Stream } from './upstream';

type Parsed<O extends Operation, Part extends 'params' | 'query' | 'body'> =
  O extends Readonly<Record<Part, infer Schema extends z.ZodType>> ? z.infer<Schema> : undefined;

/** A call that has been checked against its operation. `key` is there for changes. */
export type Input<O extends Operation> = Call &
  Readonly<{
    params: Parsed<O, 'params'>;
    query: Parsed<O, 'query'>;
    body: Parsed<O, 'body'>;
    key: O['method'] extends 'get' ? undefined : string;
    req: Request;
  }>;

/** One for each operation: an operation without a handler does not compile. */
export type Handlers = {
  readonly [Id in OperationId]: (input: Input<(typeof operations)[Id]>) => Promise<Answer | Stream>;
};

const pathOf = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

export type Access = Readonly<{
  authenticate: Authenticate;
  /** Makes the token that tells services who asks. */
  sign: (who: Actor) => Promise<string>;
  /** Counts the calls of each caller; whoever cannot say who they are is counted by address. */
  limit: RateLimiter;
}>;

const callerOf = async ({ authenticate, limit }: Access, req: Request, res: Response): Promise<Actor> => {
  const actor = await authenticate(req, res).catch((error: unknown) => {
    limit(`address ${req.ip}`, res);
    throw error;
  });
  limit(`subject ${actor.subject}`, res);
  return actor;
};

const inputOf = async (operation: Operation, access: Access, req: Request, res: Response) => {
  const actor = await callerOf(access, req, res);
  requireRole(operation, actor);
  const parts = {
    params: operation.params && parseParams(operation.params, req.params),
    query: operation.query && parseQuery(operation.query, req.query),
    key: keyOf(operation, req, actor),
    body: operation.body && parseBody(operation.body, req.body),
  };
  requireOwn(operation, actor, parts);
  return { ...(await callOf(req, actor, access.sign)), ...parts, req };
};

/** Is told of answers that are not as the call promises. */
export type Unpromised = (operationId: string, what: string) => void;

/** What the call promises, and nothing else that a service may have told. */
const shaped = (
  operationId: string,
  { success, later }: Operation,
  answer: Answer,
  unpromised: Unpromised,
): unknown => {
  const { status, body } = answer;
  const promised = status === 202 ? (later ?? success) : success;
  if (status !== success.status && promised !== later) {
    if (status < 400) unpromised(operationId, `status ${status}`);
    return body;
  }
  const parsed = promised.schema.safeParse(body);
  if (parsed.success) return parsed.data;
  unpromised(
    operationId,
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
  return body; // Better told as it is than not at all.
};

const send = (res: Response, { status, headers }: Answer, body: unknown): void => {
  // Services answer problems as problem+json: the type is passed on as it came.
  res.status(status).set(headers);
  if (headers['content-type'] === undefined) res.type('application/json');
  res.send(typeof body === 'string' ? body : JSON.stringify(body));
};

/** A path that is known, asked for in a way that is not. */
const otherMethods = (methods: readonly string[]): RequestHandler => {
  const allowed = methods.map((method) => method.toUpperCase()).join(', ');
  return (_req, res) => {
    res.set('Allow', allowed);
    throw new Problem({ name: 'method-not-allowed', status: 405, detail: `This path takes ${allowed}.` });
  };
};

/** Binds each operation to its handler. */
export const apiRouter = (
  table: Operations,
  handlers: Handlers,
  { unpromised, ...access }: Access & Readonly<{ unpromised: Unpromised }>,
): Router => {
  const router = Router();
  for (const [id, operation] of Object.entries(table)) {
    const handle = handlers[id as OperationId] as (input: unknown) => Promise<Answer | Stream>;
    router[operation.method](pathOf(operation.path), async (req, res) => {
      const answer = await handle(await inputOf(operation, access, req, res));
      if ('stream' in answer) await answer.stream(res);
      else send(res, answer, shaped(id, operation, answer, unpromised));
    });
  }
  for (const path of new Set(Object.values(table).map((operation) => operation.path))) {
    const here = Object.values(table).filter((operation) => operation.path === path);
    router.all(pathOf(path), otherMethods(here.map(({ method }) => method)));
  }
  return router;
};
