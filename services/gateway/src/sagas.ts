import { createHash } from 'node:crypto';
import { badRequest, notFound } from '@bankside/http';
import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
// `list` reads all pages; a page and its token are had below it only.
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers';
import { defaultDataConverter } from '@temporalio/common';
import { asOutage } from './temporal-outage';

type Filter = Readonly<{
  limit: number;
  cursor?: string | undefined;
  status?: string | undefined;
  customerId?: string | undefined;
}>;

/** The query that each saga's workflow handles. */
const STEPS_QUERY = 'steps';
/** A worker responds within milliseconds; without one there are no steps to show. */
const STEPS_TIMEOUT_MS = 1_000;
const TIMEOUT_MS = 3_000;

const kebab = (name: string): string => name.toLowerCase().replaceAll('_', '-');
const pascal = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());

type Info = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'type' | 'status' | 'startTime' | 'typedSearchAttributes'
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

const describe = (info: Info, namespace: string, uiUrl: string | undefined) => ({
  sagaId: info.workflowId,
  saga: info.type,
  status: kebab(info.status.name),
  startedAt: info.startTime.toISOString(),
  ...(info.closeTime && { endedAt: info.closeTime.toISOString() }),
  attributes: Object.fromEntries(
    info.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
  ),
  ...(uiUrl !== undefined && { link: linkTo(uiUrl, namespace, info) }),
});

const queryOf = ({ status, customerId }: Filter): string =>
  [
    ...(status === undefined
      ? []
      : [`ExecutionStatus = '${status === 'timed-out' ? 'TimedOut' : pascal(status)}'`]),
    ...(customerId === undefined ? [] : [`customerId = '${customerId}'`]),
  ].join(' AND ');

const CHECKSUM_BYTES = 8;

/** Of the page token and the query that it continues. */
const checksum = (token: Uint8Array, query: string): Buffer =>
  createHash('sha256').update(query).update('\0').update(token).digest().subarray(0, CHECKSUM_BYTES);

const cursorOf = (token: Uint8Array, query: string): string =>
  Buffer.concat([checksum(token, query), token]).toString('base64url');

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
  const detail = 'must be `next` of the previous page of the same list';
  throw badRequest(`The cursor ${detail}.`, [{ pointer: '?/cursor', detail }]);
};

/** The sagas as Temporal has them. `uiUrl`: its own web page, to which each of them then has a link. */
export const temporalSagas = ({ connection, workflow }: Client, uiUrl?: string) => ({
  list: async (filter: Filter) => {
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

  find: async (sagaId: string) => {
    const handle = workflow.getHandle(sagaId);
    const info = await connection
      .withDeadline(Date.now() + TIMEOUT_MS, () => handle.describe())
      .catch((error: unknown) => {
        if (error instanceof WorkflowNotFoundError) throw notFound(`saga ${sagaId}`);
        return asOutage(error);
      });
    const steps = await connection
      .withDeadline(Date.now() + STEPS_TIMEOUT_MS, () => handle.query<object[]>(STEPS_QUERY))
      .catch(() => undefined);
    return { ...describe(info, workflow.options.namespace, uiUrl), ...(steps && { steps }) };
  },
});
export type Sagas = ReturnType<typeof temporalSagas>;
