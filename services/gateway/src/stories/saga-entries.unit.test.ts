import { notFound } from '@bankside/http';
import { Outage } from '@bankside/dapr';
import { readSagas } from './saga-entries';

const correlationId = '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11';
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const commit = (service: string, stream: string, causedBy: string) => ({
  id: `${service}/${stream}@1`,
  causedBy,
  at: at(1),
  service,
  stream,
  revision: 1,
  events: ['Something'],
  published: [{ id: `${service}/0/7`, type: `${service}.something.v1` }],
});
const commits = [
  commit('orders', 'order-o-1', correlationId),
  commit('inventory', 'product-cd-1', 'saga/o-1/reserve/cd-1'),
];
const step = {
  step: 'reserve/cd-1',
  summary: 'Reserve',
  kind: 'compensatable' as const,
  stage: 0,
  state: 'done' as const,
  attempts: 1,
  service: 'inventory',
  startedAt: at(3),
  endedAt: at(4),
};
const saga = {
  sagaId: 'o-1',
  saga: 'placeOrder',
  status: 'completed',
  startedAt: at(2),
  endedAt: at(9),
  attributes: { sagaState: 'rejected' },
  steps: [
    {
      ...step,
      compensation: { ...step, step: 'release/cd-1', startedAt: at(5), endedAt: at(6) },
    },
    { ...step, step: 'commit/cd-1', state: 'pending' as const, startedAt: undefined, endedAt: undefined },
  ],
};

describe('the sagas of a story', () => {
  it('are those whose steps caused commits, with the steps that have begun', async () => {
    const asked: string[] = [];
    const find = async (id: string) => {
      asked.push(id);
      return saga;
    };
    const { entries, missing } = await readSagas({ find }, { commits, correlationId });
    expect(asked).toEqual(['o-1']);
    expect(missing).toEqual([]);
    expect(entries).toMatchObject([
      { kind: 'saga', id: 'saga/o-1', causedBy: 'orders/0/7', saga: 'place-order', state: 'rejected' },
      { kind: 'step', id: 'saga/o-1/reserve/cd-1', causedBy: 'saga/o-1', at: at(3), endedAt: at(4) },
      { kind: 'step', id: 'saga/o-1/release/cd-1', compensates: 'saga/o-1/reserve/cd-1', at: at(5) },
    ]);
  });

  it('are missing without a failure when there is none, or none any more', async () => {
    const find = () => Promise.reject(notFound('saga o-1'));
    expect(await readSagas({ find }, { commits, correlationId })).toEqual({ entries: [], missing: [] });
  });

  it('are reported as missing while Temporal does not respond', async () => {
    const find = () => Promise.reject(new Outage('no response'));
    expect(await readSagas({ find }, { commits, correlationId })).toEqual({
      entries: [],
      missing: ['temporal'],
    });
  });
});
