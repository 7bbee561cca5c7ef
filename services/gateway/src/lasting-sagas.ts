import type { Clock } from '@bankside/composition';
import type { SagaRecordPage } from '@bankside/contracts/http/sagas';
import { Outage, pathOf, type Invoke, type Reply } from '@bankside/dapr';
import { notFound, Problem } from '@bankside/http';
import { searchAttributes } from '@bankside/saga/client';
import { defined, isOutage } from '@bankside/std';
import { foreignCursor, type Filter, type FoundSaga, type Sagas } from './sagas';
import { retryOnOutage } from './upstream';
import { withQuery } from './with-query';

type SagaRecord = SagaRecordPage['records'][number];

type Listed = Readonly<{ sagas: readonly FoundSaga[]; next?: string | undefined }>;
type Read = (path: string) => Promise<Reply>;
type SagaPage = Readonly<{ sagas: readonly FoundSaga[]; next?: string; complete: boolean }>;

/** Cursors of records, which follow after the last page of Temporal. */
const RECORDS = 'records.';
/** Pages of records that one call reads at most, in search of sagas that Temporal no longer has. */
const MAX_PAGES = 5;
/** One attempt: without the worker, a list is shown without its records. */
const LIST_TIMEOUT_MS = 1_000;
/** Of a reader that needs the records, retries included. */
const TIMEOUT_MS = 5_000;

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

const withRecords = (sagas: readonly FoundSaga[], { sagas: recorded, next }: Listed): SagaPage => ({
  sagas: [...sagas, ...recorded],
  complete: true,
  ...(next !== undefined && { next: `${RECORDS}${next}` }),
});

/** The sagas of Temporal, and the records of those that it no longer has. */
export const lastingSagas = (temporal: Sagas, invoke: Invoke, clock: Clock) => {
  const patient = retryOnOutage(invoke, clock, TIMEOUT_MS);
  const read: Read = (path) => patient('worker', 'GET', path);
  const readOnce: Read = (path) => invoke('worker', 'GET', path, { timeoutMs: LIST_TIMEOUT_MS });

  /** Undefined if the worker does not respond. */
  const pageOfRecords = async (
    readWorker: Read,
    { status: _status, ...filter }: Filter,
    cursor: string | undefined,
  ): Promise<SagaRecordPage | undefined> => {
    const parameters = { ...filter, cursor, attention: filter.attention?.toString() };
    const path = withQuery('saga-records', parameters);
    const reply = await readWorker(path).catch((error: unknown) => {
      if (isOutage(error)) return undefined;
      throw error;
    });
    if (reply?.status === 400) throw foreignCursor();
    return reply?.status === 200 ? (reply.body as SagaRecordPage) : undefined;
  };

  /** The next records of sagas that Temporal no longer has; undefined if the worker does not respond. */
  const forgotten = async (readWorker: Read, filter: Filter, cursor?: string) => {
    let next = cursor;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const page = await pageOfRecords(readWorker, filter, next);
      if (page === undefined) return undefined;
      const kept = await temporal.keeps(page.records.map(({ runId }) => runId));
      const sagas = page.records
        .filter(({ runId }) => !kept.has(runId))
        .map(toSaga)
        .filter(({ status }) => filter.status === undefined || status === filter.status);
      next = page.next;
      if (sagas.length > 0 || next === undefined) return { sagas, next };
    }
    return { sagas: [], next };
  };

  return {
    /**
     * `complete` is false while the worker, which keeps the records, does not respond; with `isPatient` it has the time to
     * restart.
     */
    list: async (filter: Filter, { isPatient = false } = {}): Promise<SagaPage> => {
      const { cursor } = filter;
      if (cursor?.startsWith(RECORDS)) {
        const page = await forgotten(read, filter, cursor.slice(RECORDS.length));
        if (page === undefined) throw new Outage('The worker does not respond');
        return withRecords([], page);
      }
      const listed = await temporal.list(filter);
      if (listed.next !== undefined || filter.status === 'running') return { ...listed, complete: true };
      const page = await forgotten(isPatient ? read : readOnce, filter);
      return page === undefined ? { ...listed, complete: false } : withRecords(listed.sagas, page);
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
