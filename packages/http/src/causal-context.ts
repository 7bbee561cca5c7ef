import {
  CAUSATION_ID,
  CORRELATION_ID,
  defined,
  isCausationId,
  isCorrelationId,
  type CausalContext,
} from '@bankside/std';
import type { Request } from 'express';
import { badRequest } from './problem';

const checked = (
  req: Request,
  name: string,
  isValid: (text: string) => boolean,
  form: string,
): string | undefined => {
  const value = req.get(name);
  if (value === undefined || isValid(value)) return value;
  throw badRequest(`Header ${name} must be ${form}.`, [
    { pointer: `header:${name}`, detail: `must be ${form}` },
  ]);
};

/** The causal context in which another service makes a call. @throws Problem 400 for an id of another form */
export const causalContextOf = (req: Request): CausalContext =>
  defined({
    trace: req.get('traceparent'),
    correlationId: checked(req, CORRELATION_ID, isCorrelationId, 'a UUID in lower case'),
    causationId: checked(req, CAUSATION_ID, isCausationId, '1 to 255 printable characters without blanks'),
  });
