import { Outage, type Invoke } from '@bankside/dapr';
import { notFound } from '@bankside/http';
import { instantClock } from '../testing/instant-clock';
import { lastingSagas } from './lasting-sagas';
import type { FoundSaga, Sagas } from './sagas';

const AT = '2026-01-01T00:00:00.000Z';
const steps = [{ step: 'pay', summary: 'Pay', kind: 'pivot', stage: 0, state: 'done', attempts: 1 }] as const;

const recordOf = (sagaId: string) => ({
  sagaId,
  runId: `run-${sagaId}`,
  workflowType: 'placeOrder',
  saga: 'place-order',
  state: 'rejected',
  needsAttention: false,
  finishing: false,
  startedAt: AT,
  endedAt: AT,
  orderId: sagaId,
  causationId: 'orders/0/1',
  steps,
  decisions: [],
});
const inTemporal = (sagaId: string): FoundSaga => ({
  sagaId,
  runId: `run-${sagaId}`,
  saga: 'placeOrder',
  status: 'completed',
  startedAt: AT,
  attributes: {},
});

/** Temporal with some sagas in pages of two, and a worker with the records of others. */
const sagasOf = ({
  kept = [] as string[],
  recorded = [] as string[],
  invoke = undefined as Invoke | undefined,
  keeps = undefined as Error | undefined,
}) => {
  const paths: string[] = [];
  const temporal: Sagas = {
    keeps: async (runIds) => {
      if (keeps !== undefined) throw keeps;
      return new Set(runIds.filter((runId) => kept.some((id) => runId === `run-${id}`)));
    },
    list: async ({ cursor }) => {
      const from = Number(cursor ?? 0);
      const sagas = kept.slice(from, from + 2).map(inTemporal);
      return { sagas, ...(from + 2 < kept.length && { next: String(from + 2) }) };
    },
    find: async (sagaId) => {
      if (!kept.includes(sagaId)) throw notFound(`saga ${sagaId}`);
      return inTemporal(sagaId);
    },
  };
  const worker: Invoke = async (_service, _method, path) => {
    paths.push(path);
    const url = new URL(path, 'http://worker');
    const [, , id] = url.pathname.split('/');
    if (id !== undefined)
      return recorded.includes(id)
        ? { status: 200, headers: {}, body: recordOf(id) }
        : { status: 404, headers: {}, body: {} };
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const records = recorded.slice(from, from + 2).map(recordOf);
    const next = from + 2 < recorded.length ? { next: String(from + 2) } : {};
    return { status: 200, headers: {}, body: { records, ...next } };
  };
  return { sagas: lastingSagas(temporal, invoke ?? worker, instantClock()), paths };
};

const walk = async (sagas: ReturnType<typeof lastingSagas>, filter: object = {}) => {
  const pages: (readonly string[])[] = [];
  let cursor: string | undefined;
  do {
    const page = await sagas.list({ limit: 2, ...filter, ...(cursor !== undefined && { cursor }) });
    pages.push(page.sagas.map(({ sagaId }) => sagaId));
    cursor = page.next;
  } while (cursor !== undefined);
  return pages;
};

describe('sagas that last', () => {
  it('are listed after those of Temporal, each once, though the worker has records of all', async () => {
    const { sagas } = sagasOf({ kept: ['a', 'b', 'c'], recorded: ['c', 'b', 'a', 'old', 'older', 'oldest'] });
    expect(await walk(sagas)).toEqual([
      ['a', 'b'],
      ['c', 'old'],
      ['older', 'oldest'],
    ]);
  });

  it('are read from the record, with steps, once Temporal has deleted the saga', async () => {
    const { sagas } = sagasOf({ kept: ['a'], recorded: ['a', 'old'] });
    expect(await sagas.find('a')).toEqual(inTemporal('a'));
    expect(await sagas.find('old')).toMatchObject({
      recorded: true,
      status: 'completed',
      causedBy: 'orders/0/1',
      attributes: { saga: 'place-order', sagaState: 'rejected', orderId: 'old' },
      steps,
    });
    await expect(sagas.find('unknown')).rejects.toMatchObject({ options: { name: 'not-found' } });
  });

  it('are filtered by status, and none of them is running', async () => {
    const { sagas, paths } = sagasOf({ recorded: ['old', 'older'] });
    expect(await walk(sagas, { status: 'completed', attention: false })).toEqual([['old', 'older']]);
    expect(await walk(sagas, { status: 'failed' })).toEqual([[]]);
    expect(paths).toEqual(['saga-records?limit=2&attention=false', 'saga-records?limit=2']);
    expect(await walk(sagas, { status: 'running' })).toEqual([[]]);
    expect(paths).toHaveLength(2);
  });

  it('are left out of a list, which then is not complete, while the worker does not respond', async () => {
    const invoke: Invoke = () => Promise.reject(new Outage('down'));
    const { sagas } = sagasOf({ kept: ['a'], invoke });
    expect(await sagas.list({ limit: 2 })).toEqual({ sagas: [inTemporal('a')], complete: false });
    await expect(sagas.list({ limit: 2, cursor: 'records.2' })).rejects.toThrow(Outage);
    await expect(sagas.find('old')).rejects.toThrow(Outage);
  });

  it('are listed in full for a reader who waits while the worker restarts', async () => {
    let calls = 0;
    const invoke: Invoke = async () => {
      calls += 1;
      if (calls < 4) throw new Outage('down');
      return { status: 200, headers: {}, body: { records: [recordOf('old')] } };
    };
    const { sagas } = sagasOf({ kept: ['a'], invoke });
    const { sagas: listed, complete } = await sagas.list({ limit: 2 }, { isPatient: true });
    expect([listed.map(({ sagaId }) => sagaId), complete]).toEqual([['a', 'old'], true]);
  });

  it('are not listed while Temporal does not respond', async () => {
    const { sagas } = sagasOf({ kept: ['a'], recorded: ['a'], keeps: new Outage('down') });
    await expect(sagas.list({ limit: 2 })).rejects.toThrow(Outage);
  });

  it('reject a cursor that the worker rejects', async () => {
    const { sagas } = sagasOf({ invoke: async () => ({ status: 400, headers: {}, body: {} }) });
    await expect(sagas.list({ limit: 2, cursor: 'records.x' })).rejects.toMatchObject({
      options: { name: 'invalid-request' },
    });
  });
});
