import type { Operation, OperationId, Operations, operations } from '@bankside/contracts/http';
import { parseBody, parseParams, parseQuery, type Actor } from '@bankside/service';
import { Router, type Request, type Response } from 'express';
import type { z } from 'zod';
import type { Authenticate } from './auth/authenticate';
import { requireOwn, requireRole } from './auth/authorize';
import { callOf, keyOf, type Call } from './call';
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
}>;

const inputOf = async (operation: Operation, { authenticate, sign }: Access, req: Request, res: Response) => {
  const actor = await authenticate(req, res);
  requireRole(operation, actor);
  const parts = {
    params: operation.params && parseParams(operation.params, req.params),
    query: operation.query && parseQuery(operation.query, req.query),
    key: keyOf(operation, req, actor),
    body: operation.body && parseBody(operation.body, req.body),
  };
  requireOwn(operation, actor, parts);
  return { ...(await callOf(req, actor, sign)), ...parts, req };
};

const send = (res: Response, { status, headers, body }: Answer): void => {
  // Services answer problems as problem+json: the type is passed on as it came.
  res.status(status).set(headers);
  if (headers['content-type'] === undefined) res.type('application/json');
  res.send(typeof body === 'string' ? body : JSON.stringify(body));
};

/** Binds each operation to its handler. */
export const apiRouter = (table: Operations, handlers: Handlers, access: Access): Router => {
  const router = Router();
  for (const [id, operation] of Object.entries(table)) {
    const handle = handlers[id as OperationId] as (input: unknown) => Promise<Answer | Stream>;
    router[operation.method](pathOf(operation.path), async (req, res) => {
      const answer = await handle(await inputOf(operation, access, req, res));
      if ('stream' in answer) await answer.stream(res);
      else send(res, answer);
    });
  }
  return router;
};
