import { Outage } from '@bankside/dapr';
import { notFound } from '@bankside/service';
import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionInfo,
} from '@temporalio/client';

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
  'workflowId' | 'type' | 'status' | 'startTime' | 'typedSearchAttributes'
> &
  Readonly<{ closeTime?: Date | undefined }>;

const describe = (info: Info) => ({
  sagaId: info.workflowId,
  saga: info.type,
  status: kebab(info.status.name),
  startedAt: info.startTime.toISOString(),
  ...(info.closeTime && { endedAt: info.closeTime.toISOString() }),
  attributes: Object.fromEntries(
    info.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
  ),
});

/** The cursor is the start of the last saga on the page before. */
const queryOf = ({ cursor, status, customerId }: Filter): string =>
  [
    ...(status === undefined
      ? []
      : [`ExecutionStatus = '${status === 'timed-out' ? 'TimedOut' : pascal(status)}'`]),
    ...(customerId === undefined ? [] : [`customerId = '${customerId}'`]),
    ...(cursor === undefined ? [] : [`StartTime < '${cursor}'`]),
  ].join(' AND ');

const asOutage = (error: unknown): never => {
  if (isGrpcServiceError(error) || error instanceof ServiceError)
    throw new Outage('Temporal does not answer', { cause: error });
  throw error;
};

/** What Temporal knows of the sagas. */
export const temporalSagas = ({ connection, workflow }: Client) => ({
  list: (filter: Filter) =>
    connection
      .withDeadline(Date.now() + TIMEOUT_MS, async () => {
        const sagas: ReturnType<typeof describe>[] = [];
        for await (const info of workflow.list({ query: queryOf(filter), pageSize: filter.limit })) {
          sagas.push(describe(info));
          if (sagas.length === filter.limit) break;
        }
        return { sagas };
      })
      .catch(asOutage),

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
    return { ...describe(info), ...(steps && { steps }) };
  },
});
export type Sagas = ReturnType<typeof temporalSagas>;
