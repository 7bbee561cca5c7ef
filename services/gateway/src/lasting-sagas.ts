import type { SagaRecordPage } from '@bankside/contracts/http/sagas';
import { Outage, pathOf, type Invoke } from '@bankside/dapr';
import { notFound, Problem } from '@bankside/http';
import { searchAttributes } from '@bankside/saga/client';
import { defined, isOutage } from '@bankside/std';
import { foreignCursor, type Filter, type FoundSaga, type Sagas } from './sagas';
import { withQuery } from './with-query';

type SagaRecord = SagaRecordPage['records'][number];

type Listed = Readonly<{ sagas: readonly FoundSaga[]; next?: string }>;
type SagaPage = Listed & Readonly<{ complete: boolean }>;

/** Cursors of records, which follow after the last page of Temporal. */
const RECORDS = 'records.';
/** Pages of records that one call reads at most, in search of sagas that Temporal no longer has. */
const MAX_PAGES = 5;
/** One attempt: without the worker, a list is shown without them. */
const TIMEOUT_MS = 1_000;

const STATUSES: Readonly<Partial<Record<SagaRecord['state'], string>>> = {
  cancelled: 'canceled',
  failed: 'failed',
  aborted: 'failed',
};
const statusOf = ({ state }: SagaRecord): string => STATUSES[state] ?? 'completed';

const toSaga = (record: SagaRecord): FoundSaga => {
  const { sagaId, runId, workflowType, finishing, startedAt, endedAt, steps, decisions } = record;
  return {
    sagaId,
    runId,
    saga: workflowType,
    status: statusOf(record),
    startedAt,
    endedAt,
    causedBy: record.causationId,
    ...(finishing && { finishing }),
    attributes: defined({
      [searchAttributes.saga.name]: record.saga,
      [searchAttributes.sagaState.name]: record.state,
      [searchAttributes.correlationId.name]: record.correlationId,
      [searchAttributes.customerId.name]: record.customerId,
      [searchAttributes.orderId.name]: record.orderId,
      ...(record.needsAttention && { [searchAttributes.needsAttention.name]: true }),
    }),
    recorded: true,
    steps,
    decisions,
  };
};

/** The sagas of Temporal, and the records of those that it no longer has. */
export const lastingSagas = (temporal: Sagas, invoke: Invoke) => {
  const read = (path: string) => invoke('worker', 'GET', path, { timeoutMs: TIMEOUT_MS });

  const pageOfRecords = async (filter: Filter, cursor: string | undefined): Promise<SagaRecordPage> => {
    const { status: _status, ...rest } = filter;
    const { status, body } = await read(
      withQuery('saga-records', defined({ ...rest, cursor, attention: filter.attention?.toString() })),
    );
    if (status === 400) throw foreignCursor();
    if (status !== 200) throw new Outage(`worker responded ${status}`);
    return body as SagaRecordPage;
  };

  /** The next records of sagas that Temporal no longer has. */
  const forgotten = async (filter: Filter, cursor?: string) => {
    let next = cursor;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { records, next: after } = await pageOfRecords(filter, next);
      const kept = await temporal.keeps(records.map(({ runId }) => runId));
      const sagas = records
        .filter(({ runId }) => !kept.has(runId))
        .map(toSaga)
        .filter(({ status }) => filter.status === undefined || status === filter.status);
      next = after;
      if (sagas.length > 0 || next === undefined) return { sagas, next };
    }
    return { sagas: [], next };
  };

  return {
    /** `complete` is false while the worker, which keeps the records, does not respond. */
    list: async (filter: Filter): Promise<SagaPage> => {
      const { cursor = '' } = filter;
      const isOfRecords = cursor.startsWith(RECORDS);
      const listed: Listed = isOfRecords ? { sagas: [] } : await temporal.list(filter);
      if (listed.next !== undefined || filter.status === 'running') return { ...listed, complete: true };
      try {
        const more = await forgotten(filter, isOfRecords ? cursor.slice(RECORDS.length) : undefined);
        return {
          sagas: [...listed.sagas, ...more.sagas],
          complete: true,
          ...(more.next !== undefined && { next: `${RECORDS}${more.next}` }),
        };
      } catch (error) {
        if (isOfRecords || !isOutage(error)) throw error;
        return { ...listed, complete: false };
      }
    },
    find: async (sagaId: string): Promise<FoundSaga> => {
      try {
        return await temporal.find(sagaId);
      } catch (error) {
        if (!(error instanceof Problem) || error.options.name !== 'not-found') throw error;
        const { status, body } = await read(pathOf('saga-records', sagaId));
        if (status === 404) throw notFound(`saga ${sagaId}`);
        if (status !== 200) throw new Outage(`worker responded ${status}`);
        return toSaga(body as SagaRecord);
      }
    },
  };
};
export type LastingSagas = ReturnType<typeof lastingSagas>;
