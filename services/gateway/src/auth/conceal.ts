import type { ProblemName } from '@bankside/contracts/problems';
import { customerScopeOf, STAFF, type Actor } from '@bankside/auth';
import { Problem } from '@bankside/http';
import type { ApiResponse, StreamingResponse } from '../upstream';

/** Problems by which a customer could distinguish a resource of another customer from one that does not exist. */
const TELLING = new Set<string>(['not-found', 'not-the-owner'] satisfies ProblemName[]);

export const nothingOfYours = (): Problem =>
  new Problem({ name: 'not-found', detail: 'There is no such resource, or it is not yours.' });

const problemOf = (body: unknown): string => {
  const type: unknown = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
  return String(type).replace(/^\/problems\//, '');
};

/**
 * Runs a call so that its customer gets the same response for what does not exist as for what belongs to another. Staff
 * get the response as it is.
 */
export const concealing = async (
  actor: Actor,
  run: () => Promise<ApiResponse | StreamingResponse>,
): Promise<ApiResponse | StreamingResponse> => {
  if (customerScopeOf(actor, STAFF) === undefined) return run();
  const response = await run().catch((error: unknown) => {
    throw error instanceof Problem && TELLING.has(error.options.name) ? nothingOfYours() : error;
  });
  if ('stream' in response || response.status < 400 || !TELLING.has(problemOf(response.body)))
    return response;
  throw nothingOfYours();
};
