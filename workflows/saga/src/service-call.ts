import { activityInfo } from '@temporalio/activity';
import { pathOf, type Invoke } from '@bankside/dapr';
import { ApplicationFailure } from '@temporalio/common';
import { REJECTED, UNAVAILABLE_SERVICE, UNEXPECTED_ANSWER } from './failure-types';

type Answer = Readonly<{ status: number; body: unknown }>;

/** What an activity reports to its saga. */
export type Done = Readonly<{
  attempts: number;
  /** How far a reader must be to see what the call wrote. */
  token?: string;
}>;

/** What an activity asks of a service. */
export type Request = Readonly<{
  service: string;
  path: readonly string[];
  body?: object;
  /** Refusals that mean that there is nothing left to do. */
  ignoreRejections?: readonly string[];
}>;

/** Shorter than the time an activity has, so that a slow service shows as such and not as a lost worker. */
const TIMEOUT_MS = 3_000;
/** A workflow task waits for its local activities, and with it a cancellation. */
const LOCAL_TIMEOUT_MS = 1_000;

/** Answers that tell of trouble which passes. */
const passes = (status: number): boolean => status >= 500 || status === 429 || status === 408;

/** Problems that a correct caller never gets, among the statuses that refusals have. They are no rule of the domain. */
const BUGS: ReadonlySet<string> = new Set(['not-found', 'forbidden', 'idempotency-key-reused']);
const REFUSALS: ReadonlySet<number> = new Set([403, 404, 409, 422]);

const problemOf = (body: unknown): string | undefined => {
  const type = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
  return typeof type === 'string' ? /^\/problems\/([a-z0-9-]+)$/.exec(type)?.[1] : undefined;
};

const failureOf = ({ status, body }: Answer, where: string, attempts: number): ApplicationFailure => {
  const problem = problemOf(body);
  const details = [{ attempts, status, where }];
  if (problem !== undefined && REFUSALS.has(status) && !BUGS.has(problem))
    return ApplicationFailure.create({ type: REJECTED, message: problem, details });
  const message = `${where} answered ${[status, problem ?? ''].join(' ').trim()}`;
  const type = passes(status) ? UNAVAILABLE_SERVICE : UNEXPECTED_ANSWER;
  return ApplicationFailure.create({ type, message, details });
};

/**
 * Asks a service for one step. Whether a refusal ends the activity is said by the workflow (`nonRetryableErrorTypes`):
 * the same call may be refused as a step, and must be repeated as an undo.
 */
export const serviceCalls =
  (invoke: Invoke, { timeoutMs = TIMEOUT_MS, localTimeoutMs = LOCAL_TIMEOUT_MS } = {}) =>
  async (step: string, { service, path, body = {}, ignoreRejections = [] }: Request): Promise<Done> => {
    const { attempt, isLocal, workflowExecution, workflowType } = activityInfo();
    const answer = await invoke(service, 'POST', pathOf(...path), {
      body,
      headers: {
        'idempotency-key': `${workflowExecution?.workflowId}/${step}`,
        'x-actor': `saga:${workflowType}`,
      },
      timeoutMs: isLocal ? localTimeoutMs : timeoutMs,
    });
    if (answer.status < 300 || ignoreRejections.includes(problemOf(answer.body) ?? '')) {
      const token = answer.headers['consistency-token'];
      return { attempts: attempt, ...(typeof token === 'string' && { token }) };
    }
    throw failureOf(answer, `${service}: POST /${path.join('/')}`, attempt);
  };
export type ServiceCall = ReturnType<typeof serviceCalls>;

type Requests = Readonly<Record<string, (input: never) => Request>>;
type Activities<R extends Requests> = {
  readonly [Name in keyof R]: (input: Parameters<R[Name]>[0], step: string) => Promise<Done>;
};

/** The activities of a saga, from what each of them asks. */
export const activitiesOf = <R extends Requests>(requests: R, call: ServiceCall): Activities<R> =>
  Object.fromEntries(
    Object.entries(requests).map(([name, request]) => [
      name,
      (input: never, step: string) => call(step, request(input)),
    ]),
  ) as Activities<R>;
