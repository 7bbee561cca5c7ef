// Part of the bundle of worker-process.ts, so it imports nothing that needs the folder of the project.
import type { Invoke } from '@bankside/dapr';
import { httpInvoke, startTestWorker } from '@bankside/saga/testing/worker';
import { activitiesOf, serviceCaller, type RecordSaga } from '@bankside/saga/worker';
import * as sagas from '../src/workflows';

/** The URL of the fake services of each saga, by workflow type, and of the one that keeps their records. */
export type Urls = Readonly<Record<string, string> & { records: string }>;

/** Almost the timeout of an activity, so that the test finds every held request before it is retried. */
const TIMEOUT_MS = 9_000;

/** Starts a worker of all sagas, as in production. */
export const startWorker = (
  address: string,
  { urls, ...options }: Readonly<{ taskQueue: string; workflowBundle: { code: string }; urls: Urls }>,
) => {
  const invoke: Invoke = (service, method, path, request) => {
    const [, workflowType = ''] = String(request?.headers?.['x-actor']).split(':');
    return httpInvoke(urls[workflowType]!)(service, method, path, request);
  };
  const callService = serviceCaller(invoke, { timeoutMs: TIMEOUT_MS });
  const recordSaga: RecordSaga = async (record) => {
    const headers = { 'idempotency-key': `saga/${record.sagaId}/record` };
    const response = await httpInvoke(urls.records)('worker', 'POST', 'records', { body: record, headers });
    if (response.status !== 200) throw new Error(`The record was not stored: ${response.status}`);
  };
  return startTestWorker(address, {
    ...options,
    activities: activitiesOf(sagas, callService, recordSaga),
  });
};
