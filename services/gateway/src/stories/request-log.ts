import { DELIVERIES_KEPT_DAYS, type Story } from '@bankside/contracts/http/stories';
import { operations } from '@bankside/contracts/http';
import { bufferedWrites, throttle, withTimeout } from '@bankside/std';
import type { Response } from 'express';
import type { Pool } from 'pg';

/** A request for a change and its response: no bodies, and the path as the API names it. */
type HandledRequest = Readonly<{
  correlationId: string;
  at: string;
  endedAt: string;
  operation: string;
  status: number;
}>;

/** The record of requests for changes. A crash loses half a second of it. */
export type RequestLog = Readonly<{
  add: (request: HandledRequest) => void;
  /** Those of one story, oldest first. @throws if the database does not respond */
  of: (correlationId: string) => Promise<Story['requests']>;
  /** Writes what waits. */
  stop: () => Promise<void>;
}>;

const PRUNE_EVERY_MS = 3_600_000;
const TIMEOUT_MS = 2_000;
/** Of one story: a client that repeats a request without end is shown no more. */
const MAX_SHOWN = 100;

const INSERT = `insert into request (correlation_id, at, ended_at, operation, status)
  select "correlationId", at, "endedAt", operation, status from jsonb_to_recordset($1::jsonb) as row(
    "correlationId" uuid, at timestamptz, "endedAt" timestamptz, operation text, status int)`;
const PRUNE = `delete from request where at < now() - interval '${DELIVERIES_KEPT_DAYS} days'`;
const OF = `select at, ended_at as "endedAt", operation, status from request
  where correlation_id = $1 order by at limit ${MAX_SHOWN}`;

type Row = Readonly<{ at: Date; endedAt: Date; operation: string; status: number }>;

const toRequest = ({ at, endedAt, operation, status }: Row): Story['requests'] => {
  if (!(operation in operations)) return []; // It has been renamed since.
  const { method, path } = operations[operation as keyof typeof operations];
  const times = { at: at.toISOString(), endedAt: endedAt.toISOString() };
  return [{ ...times, operation, method: method.toUpperCase(), path, status }];
};

/** Needs the table of `requestLogMigrations`. Requests do not wait for it: it writes them together, twice a second. */
export const requestLog = (pool: Pool, onError: (error: unknown) => void): RequestLog => {
  const isPruneDue = throttle(PRUNE_EVERY_MS, () => performance.now());
  const writes = bufferedWrites<HandledRequest>({
    write: async (requests) => {
      await pool.query(INSERT, [JSON.stringify(requests)]);
      if (isPruneDue('request')) await pool.query(PRUNE);
    },
    onError,
  });

  return {
    ...writes,
    of: async (correlationId) => {
      const read = pool.query<Row>(OF, [correlationId]);
      const { rows } = await withTimeout(
        read,
        TIMEOUT_MS,
        () => new Error('the request log does not respond'),
      );
      return rows.flatMap(toRequest);
    },
  };
};

/** The status of a response whose client did not wait for it. */
const CLIENT_CLOSED_REQUEST = 499;

/** Adds each request for a change once it has its response. */
export const requestObserver =
  ({ add }: Pick<RequestLog, 'add'>, now: () => number) =>
  (res: Response, operation: string, correlationId: string): void => {
    const at = new Date(now()).toISOString();
    res.once('close', () =>
      add({
        correlationId,
        at,
        endedAt: new Date(now()).toISOString(),
        operation,
        status: res.writableFinished ? res.statusCode : CLIENT_CLOSED_REQUEST,
      }),
    );
  };
