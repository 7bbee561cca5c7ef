import type { z } from 'zod';
import { badRequest, pointerStep, type FieldError } from './problem';

const pointerOf = (path: readonly PropertyKey[]): string => path.map(pointerStep).join('');

const fieldErrors = (issue: z.core.$ZodIssue, prefix: string): FieldError[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: prefix + pointerOf([...issue.path, key]),
      detail: 'is unknown',
    }));
  return [{ pointer: prefix + pointerOf(issue.path), detail: issue.message }];
};

/** Parses a part of the request, named by `where`. Code behind the edge trusts the type. */
const parser =
  (where: string, prefix: string) =>
  <T>(schema: z.ZodType<T>, value: unknown): T => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const errors = parsed.error.issues.flatMap((issue) => fieldErrors(issue, prefix));
    const [first] = errors;
    throw badRequest(`${where}: ${first?.pointer || 'it'} ${first?.detail}`, errors);
  };

/** @throws Problem 400 that names each wrong field */
export const parseBody = parser('The body is not valid', '');
/** @throws Problem 400 that names each wrong parameter */
export const parseQuery = parser('The query is not valid', '?');
/** @throws Problem 400 that names each wrong part of the path */
export const parseParams = parser('The path is not valid', '');
