import { activityInfo } from '@temporalio/activity';
import { pathOf, type Invoke } from '@bankside/dapr';
import { ApplicationFailure } from '@temporalio/common';
import { REJECTED, UNEXPECTED_ANSWER } from './failure-types';

type Answer = Readonly<{ status: number; body: unknown }>;

/** What an activity reports to its saga. */
export type Done = Readonly<{ attempts: number }>;

/** Where a call goes. */
export type Target = Readonly<{
  service: string;
  path: readonly string[];
  /** The refusal that means that there is nothing to do. */
  doneWhen?: string;
}>;

/** Shorter than the time an activity has, so that a slow service shows as such and not as a lost worker. */
const TIMEOUT_MS = 3_000;

/** Answers that tell of trouble which passes. */
const passes = (status: number): boolean => status >= 500 || status === 429 || status === 408;

/** Problems that a correct caller never gets: a retry cannot help, and they are no rule of the domain. */
const BUGS: ReadonlySet<string> = new Set([
  'invalid-request',
  'invalid-json',
  'idempotency-key-reused',
  'not-found',
  'unauthorized',
  'forbidden',
  'body-too-large',
  'unsupported-media-type',
]);

const problemOf = (body: unknown): string | undefined => {
  const type = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
  return typeof type === 'string' ? /^\/problems\/([a-z0-9-]+)$/.exec(type)?.[1] : undefined;
};

const failureOf = ({ status, body }: Answer, where: string, attempts: number): ApplicationFailure => {
  const problem = problemOf(body);
  const details = [{ attempts, status, where }];
  if (passes(status))
    return ApplicationFailure.create({
      type: 'Unavailable',
      message: `${where} answered ${status}`,
      details,
    });
  return status === 400 || problem === undefined || BUGS.has(problem)
    ? ApplicationFailure.create({
        type: UNEXPECTED_ANSWER,
        message: `${where} answered ${status} ${problem ?? ''}`.trim(),
        details,
      })
    : ApplicationFailure.create({ type: REJECTED, message: problem, details });
};

/**
 * Calls of activities. Whether a refusal ends the activity is said by the workflow (`nonRetryableErrorTypes`):
 * the same call may be refused as a step, and must be repeated as an undo.
 */
export const serviceCalls =
  (invoke: Invoke, { timeoutMs = TIMEOUT_MS } = {}) =>
  async (to: Target, body: object = {}): Promise<Done> => {
    const { activityId, attempt, workflowExecution, workflowType } = activityInfo();
    const [step] = activityId.split('#'); // A step that is run again for an operator has `#2` there.
    const answer = await invoke(to.service, 'POST', pathOf(...to.path), {
      body,
      headers: {
        'idempotency-key': `${workflowExecution?.workflowId}/${step}`,
        'x-actor': `saga:${workflowType}`,
      },
      timeoutMs,
    });
    if (answer.status < 300 || (to.doneWhen !== undefined && to.doneWhen === problemOf(answer.body)))
      return { attempts: attempt };
    throw failureOf(answer, `${to.service}: POST /${to.path.join('/')}`, attempt);
  };
export type ServiceCall = ReturnType<typeof serviceCalls>;
