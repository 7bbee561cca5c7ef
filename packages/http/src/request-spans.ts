import { isTraceparent, openSpan, recordSpan, type AttributesOf, type OpenSpan } from '@bankside/telemetry';
import type { Request, RequestHandler, Response } from 'express';
import { causeOf } from './request-log';
import { routeOf } from './request-metrics';

type RequestSpan = 'request' | 'command' | 'query';

const spans = new WeakMap<Response, OpenSpan<RequestSpan>>();

/** Adds attributes to the span of the command that a request sends. */
export const annotateCommand = (res: Response, attributes: AttributesOf<'command'>): void =>
  (spans.get(res) as OpenSpan<'command'> | undefined)?.set(attributes);

const DELIVERIES = '/events/';
const API = '/api/';

const isMutation = ({ method }: Request): boolean => !/^(GET|HEAD|OPTIONS)$/.test(method);

const spanKeyOf = (req: Request, isEdge: boolean): RequestSpan | undefined => {
  if (isEdge) return req.path.startsWith(API) ? 'request' : undefined;
  if (req.path.startsWith(DELIVERIES)) return undefined; // The consumer makes the spans of its batches.
  return isMutation(req) ? 'command' : 'query';
};

const endOf = (req: Request, res: Response) => {
  const route = routeOf(req);
  const failed = res.statusCode >= 500 ? String(res.statusCode) : undefined;
  const { correlationId } = causeOf(req, res);
  return {
    target: `${req.method} ${route}`,
    failed,
    attributes: {
      'http.request.method': req.method,
      'http.route': route,
      'http.response.status_code': res.statusCode,
      ...(correlationId !== undefined && { 'bankside.correlation_id': correlationId }),
    },
  };
};

const finish = (
  span: OpenSpan<RequestSpan>,
  { target, failed, attributes }: ReturnType<typeof endOf>,
): void => {
  span.rename(target);
  span.set(attributes);
  if (failed !== undefined) span.fail(failed);
  span.end();
};

/**
 * Makes the span of each request and puts its context into `traceparent`, which everything that the request causes
 * carries on. A malformed `traceparent` is dropped. A failed request is recorded even if its trace is not.
 */
export const requestSpans =
  (isEdge: boolean): RequestHandler =>
  (req, res, next) => {
    const parent = req.get('traceparent');
    if (parent !== undefined && !isTraceparent(parent)) delete req.headers['traceparent'];
    const key = spanKeyOf(req, isEdge);
    const span = key && openSpan<RequestSpan>(key, { target: req.method, parent });
    if (key === undefined || span?.traceparent === undefined) return next();
    const start = Date.now();
    req.headers['traceparent'] = span.traceparent;
    spans.set(res, span);
    res.once('close', () => {
      const ended = endOf(req, res);
      if (ended.failed !== undefined && !span.isRecorded)
        recordSpan<RequestSpan>(key, { ...ended, parent: span.traceparent, start, always: true });
      finish(span, ended);
    });
    next();
  };
