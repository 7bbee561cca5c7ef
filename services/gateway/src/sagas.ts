import { createHash } from 'node:crypto';
import type { SagaCall, SagaStep } from '@bankside/contracts/http';
import { badRequest, notFound, type Problem } from '@bankside/http';
import {
  CAUSAL_CONTEXT,
  DECISIONS_QUERY,
  FINISH,
  RECORDER,
  searchAttributes,
  STEPS_QUERY,
  type ReceivedDecision,
} from '@bankside/saga/client';
import { defined, type CausalContext } from '@bankside/std';
import {
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
// `list` reads all pages. A single page and its token are available only on the level below it.
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers';
import { defaultDataConverter } from '@temporalio/common';
import { asOutage } from './temporal-outage';

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];
type Failure = NonNullable<PendingActivity['lastFailure']>;
type Timestamp = NonNullable<PendingActivity['scheduledTime']>;

export type Filter = Readonly<{
  limit: number;
  cursor?: string | undefined;
  status?: string | undefined;
  saga?: string | undefined;
  state?: string | undefined;
  attention?: boolean | undefined;
  customerId?: string | undefined;
  orderId?: string | undefined;
  correlationId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}>;

/** A worker responds within milliseconds; without one there are no steps to show. */
const STEPS_TIMEOUT_MS = 1_000;
const TIMEOUT_MS = 3_000;
/** Such runs need a person as well, but could not record it. */
const BADLY_ENDED = "ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut')";

const kebab = (name: string): string => name.toLowerCase().replaceAll('_', '-');
const pascal = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());

type Info = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'type' | 'status' | 'startTime' | 'memo' | 'typedSearchAttributes'
> &
  Readonly<{ closeTime?: Date | undefined }>;

const linkTo = (uiUrl: string, namespace: string, { workflowId, runId }: Info): string =>
  [
    uiUrl.replace(/\/$/, ''),
    'namespaces',
    namespace,
    'workflows',
    encodeURIComponent(workflowId),
    runId,
  ].join('/');

/** A saga with its steps, of Temporal or of its record. */
export type FoundSaga = Readonly<{
  sagaId: string;
  runId: string;
  saga: string;
  status: string;
  startedAt: string;
  endedAt?: string | undefined;
  finishing?: boolean;
  causedBy?: string | undefined;
  attributes: Readonly<Record<string, unknown>>;
  link?: string;
  /** Temporal no longer has it. */
  recorded?: true;
  steps?: readonly SagaStep[];
  decisions?: readonly Readonly<Pick<ReceivedDecision, 'action' | 'step' | 'by' | 'at'>>[];
}>;

const describe = (info: Info, namespace: string, uiUrl: string | undefined): FoundSaga => ({
  sagaId: info.workflowId,
  runId: info.runId,
  saga: info.type,
  status: kebab(info.status.name),
  startedAt: info.startTime.toISOString(),
  ...(info.memo?.[FINISH] !== undefined && { finishing: true }),
  causedBy: (info.memo?.[CAUSAL_CONTEXT] as CausalContext | undefined)?.causationId,
  ...(info.closeTime && { endedAt: info.closeTime.toISOString() }),
  attributes: Object.fromEntries(
    info.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
  ),
  ...(uiUrl !== undefined && { link: linkTo(uiUrl, namespace, info) }),
});

const statusOf = (status: string): string => (status === 'timed-out' ? 'TimedOut' : pascal(status));

/** Every value has been checked against the contract, so none of them ends its quotes. */
const queryOf = ({
  status,
  saga,
  state,
  attention,
  customerId,
  orderId,
  correlationId,
  from,
  to,
}: Filter): string => {
  const { needsAttention } = searchAttributes;
  const equals = (name: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`${name} = '${value}'`];
  return [
    `WorkflowType != '${RECORDER}'`,
    ...equals('ExecutionStatus', status && statusOf(status)),
    ...equals(searchAttributes.saga.name, saga),
    ...equals(searchAttributes.sagaState.name, state),
    ...equals(searchAttributes.customerId.name, customerId),
    ...equals(searchAttributes.orderId.name, orderId),
    ...equals(searchAttributes.correlationId.name, correlationId),
    ...(attention === true ? [`(${needsAttention.name} = true OR ${BADLY_ENDED})`] : []),
    ...(attention === false
      ? [`(${needsAttention.name} is null OR ${needsAttention.name} = false) AND NOT ${BADLY_ENDED}`]
      : []),
    ...(from === undefined ? [] : [`StartTime >= '${from}'`]),
    ...(to === undefined ? [] : [`StartTime < '${to}'`]),
  ].join(' AND ');
};

const CHECKSUM_BYTES = 8;

/** Of the page token and the query that it continues. */
const checksum = (token: Uint8Array, query: string): Buffer =>
  createHash('sha256').update(query).update('\0').update(token).digest().subarray(0, CHECKSUM_BYTES);

const cursorOf = (token: Uint8Array, query: string): string =>
  Buffer.concat([checksum(token, query), token]).toString('base64url');

export const foreignCursor = (): Problem => {
  const detail = 'must be `next` of the previous page of the same list';
  return badRequest(`The cursor ${detail}.`, [{ pointer: '?/cursor', detail }]);
};

/**
 * Temporal's token for the next page. Checked here, because Temporal reports a token that it did not make, or made for
 * another query, as a failure of its own, which its client retries.
 * @throws Problem 400
 */
const pageToken = (cursor: string | undefined, query: string): Buffer => {
  if (cursor === undefined) return Buffer.alloc(0);
  const bytes = Buffer.from(cursor, 'base64url');
  const token = bytes.subarray(CHECKSUM_BYTES);
  if (token.length > 0 && bytes.subarray(0, CHECKSUM_BYTES).equals(checksum(token, query))) return token;
  throw foreignCursor();
};

type Retry = NonNullable<SagaCall['retry']>;

/** The innermost cause: Temporal wraps the failure that the request ended with. */
const causeOf = (failure: Failure | null | undefined): string | undefined =>
  failure?.cause ? causeOf(failure.cause) : (failure?.message ?? undefined);

const instantOf = (time: Timestamp | null | undefined): string | undefined =>
  time?.seconds ? new Date(Number(time.seconds) * 1_000 + (time.nanos ?? 0) / 1e6).toISOString() : undefined;

/** The activities that are being retried, by step: a later round of a step has a number behind its name. */
const retriesOf = ({ raw }: WorkflowExecutionDescription): ReadonlyMap<string, Retry> =>
  new Map(
    (raw.pendingActivities ?? []).map((activity) => {
      const { activityId = '', scheduledTime, nextAttemptScheduleTime, lastFailure } = activity;
      const retry = {
        since: instantOf(scheduledTime),
        nextAt: instantOf(nextAttemptScheduleTime),
        cause: causeOf(lastFailure),
      };
      return [(activityId ?? '').split('#')[0]!, defined(retry)];
    }),
  );

/** A step that runs, with what Temporal knows of its attempts. */
const withRetry = <Call extends SagaCall>(call: Call, retries: ReadonlyMap<string, Retry>): Call => {
  const retry = call.state === 'running' ? retries.get(call.step) : undefined;
  return retry === undefined ? call : { ...call, retry };
};

const withRetries = (steps: readonly SagaStep[], retries: ReadonlyMap<string, Retry>): readonly SagaStep[] =>
  steps.map(({ compensation, ...step }) => ({
    ...withRetry(step, retries),
    ...(compensation && { compensation: withRetry(compensation, retries) }),
  }));

/** The sagas in Temporal. `uiUrl`: its web interface, to which each saga then has a link. */
export const temporalSagas = ({ connection, workflow }: Client, uiUrl?: string) => ({
  /** Those of these runs that Temporal still has. */
  keeps: async (runIds: readonly string[]): Promise<ReadonlySet<string>> => {
    if (runIds.length === 0) return new Set();
    const { namespace } = workflow.options;
    const page = await connection
      .withDeadline(Date.now() + TIMEOUT_MS, () =>
        workflow.workflowService.listWorkflowExecutions({
          namespace,
          pageSize: runIds.length,
          query: `RunId IN (${runIds.map((runId) => `'${runId}'`).join(', ')})`,
        }),
      )
      .catch(asOutage);
    return new Set(page.executions.flatMap(({ execution }) => execution?.runId ?? []));
  },

  list: async (filter: Filter): Promise<Readonly<{ sagas: readonly FoundSaga[]; next?: string }>> => {
    const { namespace } = workflow.options;
    const query = queryOf(filter);
    const nextPageToken = pageToken(filter.cursor, query);
    const page = await connection
      .withDeadline(Date.now() + TIMEOUT_MS, () =>
        workflow.workflowService.listWorkflowExecutions({
          namespace,
          pageSize: filter.limit,
          query,
          nextPageToken,
        }),
      )
      .catch(asOutage);
    const infos = await Promise.all(
      page.executions.map((raw) => executionInfoFromRaw(raw, defaultDataConverter, raw, namespace)),
    );
    return {
      sagas: infos.map((info) => describe(info, namespace, uiUrl)),
      ...(page.nextPageToken.length > 0 && { next: cursorOf(page.nextPageToken, query) }),
    };
  },

  find: async (sagaId: string): Promise<FoundSaga> => {
    const handle = workflow.getHandle(sagaId);
    const info = await connection
      .withDeadline(Date.now() + TIMEOUT_MS, () => handle.describe())
      .catch((error: unknown) => {
        if (error instanceof WorkflowNotFoundError) throw notFound(`saga ${sagaId}`);
        return asOutage(error);
      });
    const ask = <T>(query: string): Promise<T | undefined> =>
      connection
        .withDeadline(Date.now() + STEPS_TIMEOUT_MS, () => handle.query<T>(query))
        .catch(() => undefined);
    const [steps, decisions] = await Promise.all([
      ask<readonly SagaStep[]>(STEPS_QUERY),
      ask<readonly ReceivedDecision[]>(DECISIONS_QUERY),
    ]);
    return {
      ...describe(info, workflow.options.namespace, uiUrl),
      ...(steps && { steps: withRetries(steps, retriesOf(info)) }),
      ...(decisions && {
        decisions: decisions.map(({ action, step, by, at }) => ({ action, step, by, at })),
      }),
    };
  },
});
export type Sagas = ReturnType<typeof temporalSagas>;
