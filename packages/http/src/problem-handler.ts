import type { ProblemName } from '@bankside/contracts/problems';
import { VersionConflict } from '@bankside/kernel';
import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import { isOutage } from '@bankside/std';
import { Problem } from './problem';
import { logIdsOf } from './request-log';

/** Errors of express and its body parser have a `status`; those of the parser also a `type`. */
type HttpError = Error & Readonly<{ status?: unknown; type?: unknown }>;

const BODY_PROBLEMS: Readonly<Record<string, Readonly<{ name: ProblemName; detail: string }>>> = {
  'entity.too.large': {
    name: 'body-too-large',
    detail: 'The body is larger than this service takes.',
  },
  'encoding.unsupported': {
    name: 'unsupported-encoding',
    detail: 'The encoding of the body is not supported.',
  },
};

const asProblem = (error: HttpError): Problem | undefined => {
  if (error instanceof Problem) return error;
  if (isOutage(error))
    return new Problem({
      name: 'unavailable',
      detail: 'A part of the system does not respond. Try again.',
      retryAfter: 1,
    });
  if (error instanceof VersionConflict)
    return new Problem({
      name: 'busy',
      detail: 'Too many writers at once. Try again.',
      retryAfter: 1,
    });
  const body = BODY_PROBLEMS[String(error.type)];
  if (body !== undefined) return new Problem(body);
  if (typeof error.status === 'number' && error.status >= 400 && error.status < 500)
    return new Problem({
      name: 'invalid-request',
      status: error.status,
      detail: 'The request is malformed.',
    });
  return undefined;
};

/** Responds to every error with problem+json. Logs an unexpected one with its stack and responds with a bare 500. */
export const problemHandler =
  (logger: Logger): ErrorRequestHandler =>
  (error: HttpError, req, res, next) => {
    if (res.writableEnded) return; // A response was sent; the rest of a rejected body is still arriving.
    if (res.headersSent) return next(error);
    const problem =
      asProblem(error) ??
      new Problem({
        name: 'internal-error',
        detail: 'The service failed. The error has been logged.',
      });
    if (problem.status >= 500) logger.error({ err: error, ...logIdsOf(req, res) }, 'request failed');
    if (problem.retryAfter !== undefined) res.set('Retry-After', String(problem.retryAfter));
    res.status(problem.status).type('application/problem+json').send(JSON.stringify(problem.body()));
  };
