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

/** The query that each saga's workflow answers. */
const STEPS_QUERY = 'steps';
/** A worker answers within milliseconds; without one there are no steps to show. */
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

/**
 * Temporal's token for the next page. It is JSON, and what is not would be tried again and again by the client, since the server calls
 * it a failure of its own.
 */
const pageToken = (cursor: string | undefined): Buffer => {
  const token = Buffer.from(cursor ?? '', 'base64url');
  if (cursor === undefined || isJsonObject(token.toString())) return token;
  throw badRequest('The cursor is not valid.', [{ pointer: '?/cursor', detail: 'is of no page before' }]);
};

const isJsonObject = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
};

/** What Temporal knows of the sagas. `uiUrl`: its own web page, to which each of them then has a link. */
export const temporalSagas = ({ connection, workflow }: Client, uiUrl?: string) => ({
  list: async (filter: Filter) => {
    const { namespace } = workflow.options;
    const nextPageToken = pageToken(filter.cursor);
    const page = await connection
      .withDeadline(Date.now() + TIMEOUT_MS, () =>
        workflow.workflowService.listWorkflowExecutions({
          namespace,
          pageSize: filter.limit,
          query: queryOf(filter),
          nextPageToken,
        }),
      )
      .catch(asOutage);
    const infos = await Promise.all(
      page.executions.map((raw) => executionInfoFromRaw(raw, defaultDataConverter, raw, namespace)),
    );
    return {
      sagas: infos.map((info) => describe(info, namespace, uiUrl)),
      ...(page.nextPageToken.length > 0 && { next: Buffer.from(page.nextPageToken).toString('base64url') }),
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
