import type { Operation, OperationId, Operations, operations } from '@bankside/contracts/http';
import { parseBody, parseParams, parseQuery } from '@bankside/service';
import { Router, type Request, type Response } from 'express';
import type { z } from 'zod';
import { callOf, keyOf, type Call } from './call';
import type { Answer } from './upstream';

type Parsed<O extends Operation, Part extends 'params' | 'query' | 'body'> =
  O extends Readonly<Record<Part, infer Schema extends z.ZodType>> ? z.infer<Schema> : undefined;

/** A call that has been checked against its operation. `key` is there for changes. */
export type Input<O extends Operation> = Call &
  Readonly<{
    params: Parsed<O, 'params'>;
    query: Parsed<O, 'query'>;
    body: Parsed<O, 'body'>;
    key: O['method'] extends 'get' ? undefined : string;
  }>;

/** One for each operation: an operation without a handler does not compile. */
export type Handlers = {
  readonly [Id in OperationId]: (input: Input<(typeof operations)[Id]>) => Promise<Answer>;
};

const pathOf = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const inputOf = (operation: Operation, req: Request) => {
  const call = callOf(req);
  return {
    ...call,
    params: operation.params && parseParams(operation.params, req.params),
    query: operation.query && parseQuery(operation.query, req.query),
    key: keyOf(operation, req, call),
    body: operation.body && parseBody(operation.body, req.body),
  };
};

const send = (res: Response, { status, headers, body }: Answer): void => {
  // Services answer problems as problem+json: the type is passed on as it came.
  res.status(status).set(headers);
  if (headers['content-type'] === undefined) res.type('application/json');
  res.send(typeof body === 'string' ? body : JSON.stringify(body));
};

/** Binds each operation to its handler. */
export const apiRouter = (table: Operations, handlers: Handlers): Router => {
  const router = Router();
  for (const [id, operation] of Object.entries(table)) {
    const handle = handlers[id as OperationId] as (input: unknown) => Promise<Answer>;
    router[operation.method](pathOf(operation.path), async (req, res) => {
      send(res, await handle(inputOf(operation, req)));
    });
  }
  return router;
};
