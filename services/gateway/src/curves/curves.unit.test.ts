import type { AuditEntry, ConsumerLag, OutboxResponse } from '@bankside/contracts/http';
import { owners } from '@bankside/contracts';
import { curves } from './curves';
import { marksOfActions, marksOfOutages } from './marks';
import { sampleHistory, type EndedSaga, type Reading } from './samples';

const T0 = Date.parse('2026-01-31T12:00:00Z');

const outbox = (commits: number, published: number, waiting = 0, oldestSeconds = 0): OutboxResponse => ({
  partitions: [{ partition: 0, commits, events: published, published, waiting, oldestSeconds }],
});
const lag = (consumer: string, seconds: number): ConsumerLag => ({
  consumer,
  source: 'orders',
  partition: 0,
  position: 1,
  head: 2,
  events: 1,
  seconds,
  state: 'behind',
  parked: 0,
});
const ended = (saga: string, end: EndedSaga['end'], seconds: number): EndedSaga => ({ saga, end, seconds });
const reading = (seconds: number, of: Partial<Omit<Reading, 'at'>>): Reading => ({
  at: T0 + seconds * 1_000,
  outboxes: {},
  views: [],
  ended: [],
  ...of,
});

describe('the history of samples', () => {
  it('has rates between two readings, and no zeros', () => {
    const history = sampleHistory();
    history.add(reading(0, { outboxes: { orders: outbox(10, 20), cards: outbox(5, 5) } }));
    history.add(
      reading(5, {
        outboxes: { orders: outbox(20, 35, 2, 1.25), cards: outbox(5, 5) },
        views: [lag('order-status', 0.5), lag('order-status', 3), lag('statement', 0)],
        ended: [
          ended('placeOrder', 'confirmed', 0.2),
          ended('placeOrder', 'confirmed', 0.4),
          ended('placeOrder', 'rejected', 9),
        ],
      }),
    );
    expect(history.after()).toEqual([
      {
        at: '2026-01-31T12:00:05.000Z',
        seconds: 5,
        commitsPerSecond: { orders: 2 },
        publishedPerSecond: { orders: 3 },
        outbox: { orders: 2 },
        outboxSeconds: { orders: 1.25 },
        lagSeconds: { 'order-status': 3 },
        sagas: [
          { saga: 'placeOrder', end: 'confirmed', count: 2, p95Seconds: 0.4 },
          { saga: 'placeOrder', end: 'rejected', count: 1, p95Seconds: 9 },
        ],
        unavailable: [],
      },
    ]);
  });

  it('counts what happened while a service did not respond, once it does', () => {
    const history = sampleHistory();
    history.add(reading(0, { outboxes: { orders: outbox(10, 10) } }));
    history.add(reading(5, { outboxes: { orders: undefined }, views: undefined, ended: undefined }));
    history.add(reading(10, { outboxes: { orders: outbox(40, 10) } }));
    expect(
      history.after().map(({ commitsPerSecond, unavailable }) => [commitsPerSecond, unavailable]),
    ).toEqual([
      [{}, ['orders', 'projection', 'temporal']],
      [{ orders: 3 }, []],
    ]);
  });

  it('has no rate for a service that started with an empty database', () => {
    const history = sampleHistory();
    history.add(reading(0, { outboxes: { orders: outbox(10, 10) } }));
    history.add(reading(5, { outboxes: { orders: outbox(1, 1) } }));
    expect(history.after()).toMatchObject([{ commitsPerSecond: {}, publishedPerSecond: {} }]);
  });

  it('keeps fifteen minutes, and returns those after an instant', () => {
    const history = sampleHistory();
    for (let second = 0; second <= 2_000; second += 5) history.add(reading(second, {}));
    expect(history.after()).toHaveLength(180);
    expect(history.after('2026-01-31T12:33:10.000Z').map(({ at }) => at)).toEqual([
      '2026-01-31T12:33:15.000Z',
      '2026-01-31T12:33:20.000Z',
    ]);
  });
});

describe('the marks on the curves', () => {
  const entry = (action: string, targets: AuditEntry['targets'], status?: number): AuditEntry => ({
    at: '2026-01-31T12:00:00.000Z',
    subject: 'eve',
    roles: ['operator'],
    action,
    targets,
    traceId: '',
    customers: [],
    ...(status !== undefined && { status }),
  });
  const textsOf = (...entries: readonly AuditEntry[]) =>
    marksOfActions(entries, (action) => action !== 'getCustomer').map(({ text }) => text);

  it('name what operators changed', () => {
    expect(
      textsOf(
        entry('setFaults', { service: 'inventory', errorRate: 0.5, crashAfterEffect: true, delayMs: 0 }, 200),
        entry('setFaults', { service: 'inventory' }, 200),
        entry('rebuildProjection', { projection: 'order-status' }),
        entry('retrySagaStep', { sagaId: 'o-1', step: 'void' }, 202),
        entry('somethingElse', {}, 200),
      ),
    ).toEqual([
      'inventory fails on purpose: errorRate 0.5, crashAfterEffect',
      'the faults of inventory are cleared',
      'rebuild order-status',
      'retry void of o-1',
      'something else',
    ]);
  });

  it('leave out reads and failed changes', () => {
    expect(textsOf(entry('getCustomer', {}, 200), entry('rebuildProjection', {}, 404))).toEqual([]);
  });

  it('name the services that stop to respond, and that respond again', () => {
    const history = sampleHistory();
    for (const [second, response] of [
      outbox(1, 1),
      outbox(1, 1),
      undefined,
      undefined,
      outbox(1, 1),
    ].entries())
      history.add(reading(second, { outboxes: { orders: response } }));
    expect(marksOfOutages(history.after())).toEqual([
      { at: '2026-01-31T12:00:02.000Z', text: 'orders does not respond', service: 'orders' },
      { at: '2026-01-31T12:00:04.000Z', text: 'orders responds again', service: 'orders' },
    ]);
  });
});

describe('the sampling of the system', () => {
  beforeEach(() => void jest.useFakeTimers({ now: T0 }));
  afterEach(() => void jest.useRealTimers());

  const start = () => {
    let calls = 0;
    const sampled = curves({
      invoke: async (service, _method, path) => {
        calls += 1;
        if (service === 'loans') throw new Error('refused');
        const body = path === 'outbox' ? outbox(1, 1) : { consumers: [] };
        return { status: 200, headers: {}, body };
      },
      ended: async () => [],
      now: Date.now,
    });
    const samplesWithin = async (seconds: number): Promise<number> => {
      calls = 0;
      await jest.advanceTimersByTimeAsync(seconds * 1_000);
      return calls / (owners.length + 1);
    };
    return { ...sampled, samplesWithin };
  };

  it('takes a sample every thirty seconds, and every five for a minute after a read', async () => {
    const { start: begin, stop, read, samplesWithin } = start();
    begin();
    await jest.advanceTimersByTimeAsync(0);
    expect(await samplesWithin(60)).toBe(2);
    read();
    expect(await samplesWithin(60)).toBe(12);
    expect(await samplesWithin(65)).toBeLessThanOrEqual(3);
    expect(read().at(-1)).toMatchObject({ unavailable: ['loans'] });
    stop();
    expect(await samplesWithin(600)).toBe(0);
  });

  it('takes none before it is started', async () => {
    const { read, samplesWithin } = start();
    expect(read()).toEqual([]);
    expect(await samplesWithin(600)).toBe(0);
  });
});
