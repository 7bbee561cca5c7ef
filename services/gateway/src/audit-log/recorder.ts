import { isPersonal } from '@bankside/contracts';
import { isMutation, type Operation } from '@bankside/contracts/http';
import { customerScopeOf, STAFF, type Actor } from '@bankside/auth';
import { Problem } from '@bankside/http';
import { isOutage } from '@bankside/std';
import type { ApiResponse, StreamingResponse } from '../upstream';
import type { AuditedAction, AuditedOutcome, AuditLog } from './audit-log';

type Response = ApiResponse | StreamingResponse;

/** The parts of a checked request that an entry is made of. */
type RecordedRequest = Readonly<{
  actor: Actor;
  headers: Readonly<Record<string, string>>;
  params: unknown;
  query: unknown;
  body: unknown;
}>;

/** Runs a call, and records it when it has to be. */
export type Recorder = (
  call: Readonly<{ id: string; operation: Operation; request: RecordedRequest }>,
  run: () => Promise<Response>,
) => Promise<Response>;

/** Customers of one response that are recorded; a page of a search has no more. */
const MAX_CUSTOMERS = 100;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The fields of each part of the request that are not personal. */
const targetsOf = (operation: Operation, request: RecordedRequest): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    (['params', 'query', 'body'] as const).flatMap((part) => {
      const shape = operation[part]?.shape ?? {};
      const given = request[part];
      return isObject(given)
        ? Object.entries(given).filter(([name]) => name !== 'reason' && !isPersonal(shape[name]))
        : [];
    }),
  );

const reasonOf = ({ query, body }: RecordedRequest): string | undefined => {
  const reason = [body, query].flatMap((part) => (isObject(part) ? [part['reason']] : []));
  return reason.find((one) => typeof one === 'string');
};

const customersIn = (value: unknown, found: Set<string> = new Set()): ReadonlySet<string> => {
  if (found.size >= MAX_CUSTOMERS || !isObject(value)) return found;
  for (const [key, inner] of Object.entries(value))
    if (key === 'customerId' && typeof inner === 'string') found.add(inner);
    else customersIn(inner, found);
  return found;
};

const actionOf = ({ id, operation, request }: Parameters<Recorder>[0]): AuditedAction => {
  const targets = targetsOf(operation, request);
  return {
    subject: request.actor.subject,
    roles: request.actor.roles,
    action: id,
    targets,
    customers: [...customersIn(targets)],
    reason: reasonOf(request),
    traceId: request.headers['traceparent']?.split('-')[1] ?? '',
  };
};

const problemNameOf = (body: unknown): string | undefined =>
  isObject(body) && typeof body['type'] === 'string' ? body['type'].replace(/^\/problems\//, '') : undefined;

const outcomeOf = (response: Response): AuditedOutcome => {
  if ('stream' in response) return { status: 200, customers: [] };
  const { status, body } = response;
  if (status >= 400) return { status, problem: problemNameOf(body), customers: [] };
  return { status, customers: [...customersIn(body)] };
};

const failureOf = (error: unknown): AuditedOutcome => {
  if (error instanceof Problem) return { status: error.status, problem: error.options.name, customers: [] };
  return isOutage(error)
    ? { status: 503, problem: 'unavailable', customers: [] }
    : { status: 500, problem: 'internal-error', customers: [] };
};

type Ended = Readonly<{ outcome: AuditedOutcome; result: () => Response }>;

const settled = async (run: () => Promise<Response>): Promise<Ended> => {
  try {
    const response = await run();
    return { outcome: outcomeOf(response), result: () => response };
  } catch (error) {
    return {
      outcome: failureOf(error),
      result: () => {
        throw error;
      },
    };
  }
};

/**
 * Records the audited calls of staff. A change is recorded before it runs, so that none happens without its record; if the
 * outcome cannot be recorded afterwards, the entry stays without one. A read is recorded with its outcome before the
 * response leaves. Customers who read what is theirs are not recorded.
 */
export const auditRecorder =
  (log: AuditLog, onLostOutcome: (error: unknown) => void): Recorder =>
  async (call, run) => {
    const { operation, request } = call;
    if (!operation.audited || customerScopeOf(request.actor, STAFF) !== undefined) return run();
    const action = actionOf(call);
    if (!isMutation(operation)) {
      const { outcome, result } = await settled(run);
      await log.record(action, outcome);
      return result();
    }
    const actionId = await log.begin(action);
    const { outcome, result } = await settled(run);
    await log.end(actionId, outcome).catch(onLostOutcome);
    return result();
  };
