import { pathOf, type Invoke } from '@bankside/dapr';
import { causalHeaders, sagaCommandId, type CausalContext } from '@bankside/std';
import { withSpan } from '@bankside/telemetry';
import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityRequests, ServiceRequest } from './definition';
import { REJECTED, UNAVAILABLE, UNEXPECTED_RESPONSE, type RequestReport } from './errors';
import { RECORD_SAGA, type RecordSaga } from './record';
import { sagaTraceparent } from './saga-spans';

type ServiceResponse = Readonly<{ status: number; body: unknown }>;

/** What an activity reports to its saga. */
export type StepResult = RequestReport &
  Readonly<{
    /** The `Consistency-Token` of what the service wrote. */
    token?: string;
  }>;

/** Shorter than the timeout of an activity, so that a slow service is not mistaken for a lost worker. */
const TIMEOUT_MS = 3_000;
/** Shorter still, because a workflow task, and with it a cancellation, waits for its local activities. */
const LOCAL_TIMEOUT_MS = 1_000;

const isOutage = (status: number): boolean => status >= 500 || status === 429 || status === 408;

/** Problems that a correct caller never gets, although their statuses are those of rejections. */
const DEFECTS: ReadonlySet<string> = new Set(['not-found', 'forbidden', 'idempotency-key-reused']);
const REJECTION_STATUSES: ReadonlySet<number> = new Set([403, 404, 409, 422]);

const problemOf = (body: unknown): string | undefined => {
  const type = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
  return typeof type === 'string' ? /^\/problems\/([a-z0-9-]+)$/.exec(type)?.[1] : undefined;
};

const failureOf = (
  { status, body }: ServiceResponse,
  where: string,
  report: RequestReport,
): ApplicationFailure => {
  const problem = problemOf(body);
  const details = [{ ...report, status, where }];
  if (problem !== undefined && REJECTION_STATUSES.has(status) && !DEFECTS.has(problem))
    return ApplicationFailure.create({ type: REJECTED, message: problem, details });
  const message = `${where} responded ${[status, problem ?? ''].join(' ').trim()}`;
  const type = isOutage(status) ? UNAVAILABLE : UNEXPECTED_RESPONSE;
  return ApplicationFailure.create({ type, message, details });
};

/** The causal context of a step. */
type StepContext = CausalContext & Readonly<{ isUndo?: true }>;

/**
 * Sends the request of a step, with the workflow's id and the step's key as idempotency key and as the cause of what the
 * service does.
 * @throws ApplicationFailure of type `Rejected`, `Unavailable` or `UnexpectedResponse`. All are retryable here: the
 * workflow decides which of them end the step, since a rejection ends a step and never a compensation.
 */
export const serviceCaller =
  (invoke: Invoke, { timeoutMs = TIMEOUT_MS, localTimeoutMs = LOCAL_TIMEOUT_MS, now = Date.now } = {}) =>
  async (
    key: string,
    { service, path, body = {}, ignoreRejections = [] }: ServiceRequest,
    { isUndo, ...causalContext }: StepContext,
  ): Promise<StepResult> => {
    const {
      attempt,
      isLocal,
      scheduledTimestampMs,
      workflowExecution: { workflowId = '', runId = '' } = {},
      workflowType,
    } = activityInfo();
    const commandId = sagaCommandId(workflowId, key);
    const span = {
      target: key.split('/')[0] ?? key,
      parent: sagaTraceparent(causalContext.trace, runId),
      attributes: { 'bankside.saga.id': workflowId, 'bankside.step': key, 'bankside.step.attempt': attempt },
    };
    return withSpan(isUndo ? 'undo' : 'step', span, async ({ traceparent }) => {
      const response = await invoke(service, 'POST', pathOf(...path), {
        body,
        headers: {
          'idempotency-key': commandId,
          'x-actor': `saga:${workflowType}`,
          ...causalHeaders({
            ...causalContext,
            ...(traceparent && { trace: traceparent }),
            causationId: commandId,
          }),
        },
        timeoutMs: isLocal ? localTimeoutMs : timeoutMs,
      });
      const report: RequestReport = {
        attempts: attempt,
        service,
        startedAt: new Date(scheduledTimestampMs).toISOString(),
        endedAt: new Date(now()).toISOString(),
      };
      if (response.status < 300 || ignoreRejections.includes(problemOf(response.body) ?? '')) {
        const token = response.headers['consistency-token'];
        return { ...report, ...(typeof token === 'string' && { token }) };
      }
      throw failureOf(response, `${service}: POST /${path.join('/')}`, report);
    });
  };
export type CallService = ReturnType<typeof serviceCaller>;

type Activity = (input: never, key: string, context: StepContext) => Promise<unknown>;

/** The exports of sagas: their workflows, by type, and the requests of their activities. */
type SagaModule = Readonly<Record<string, ActivityRequests | ((input: never) => Promise<unknown>)>>;

/** The activities of all sagas in a module, and the one that stores their records. @throws Error when two have the same name */
export const activitiesOf = (
  sagas: SagaModule,
  callService: CallService,
  recordSaga: RecordSaga,
): Readonly<Record<string, Activity>> => {
  const activities: Record<string, Activity> = { [RECORD_SAGA]: recordSaga };
  for (const requests of Object.values(sagas)) {
    if (typeof requests === 'function') continue;
    for (const [name, request] of Object.entries(requests)) {
      if (name in activities) throw new Error(`Two activities have the name ${name}`);
      activities[name] = (input, key, context) => callService(key, request(input), context);
    }
  }
  return activities;
};
