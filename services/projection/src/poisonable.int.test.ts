import { randomUUID } from 'node:crypto';
import { feedOf, foldAll, history } from '@bankside/projections/testing';
import { faultInjection } from '@bankside/runtime';
import { until } from '@bankside/tools';
import { poisonable } from './poisonable';
import { startProjection, type StartedProjection } from './testing/start-projection';
import { orderStatus } from './views/order-status';

jest.setTimeout(120_000);

const events = feedOf(history(10));
const CATCH_UP_MS = 60_000;
const faults = faultInjection({ of: 'views' });
const view = poisonable(faults)(orderStatus);

type Letter = Readonly<Record<'consumer' | 'source' | 'stream' | 'type' | 'state' | 'reason', string>> &
  Readonly<{ partition: number; position: number }>;

describe('a view that the switch poisonNext poisons', () => {
  let started: StartedProjection;
  let poisoned: Letter;

  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${started.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
  };
  const letters = async () =>
    (await call('GET', '/dead-letters?consumer=order-status')).body['deadLetters'] as readonly Letter[];
  const replay = () => {
    const { consumer, source, stream } = poisoned;
    return call('POST', '/dead-letters/replay', { consumer, source, stream });
  };

  beforeAll(async () => {
    started = await startProjection('poison', [view], [], faults);
    expect((await call('PUT', '/faults', { poisonNext: 1 })).status).toBe(200);
    started.system.feeds.commit(events);
    await started.host.catchUp(view, view.sources, CATCH_UP_MS);
    const all = await letters();
    expect(all.filter(({ state }) => state === 'poison')).toHaveLength(1);
    poisoned = all.find(({ state }) => state === 'poison')!;
    expect(new Set(all.map(({ stream }) => stream))).toEqual(new Set([poisoned.stream]));
  });
  afterAll(() => started.stop());

  it('has one dead letter with the event and the reason, which the deliveries of the event name', async () => {
    const { source, partition, position, type, reason } = poisoned;
    const id = `${source}/${partition}/${position}`;
    expect(reason).toBe(`${id} is poisoned on purpose.`);
    const other = events.find((event) => event.subject !== poisoned.stream && event.type in view.apply)!;
    const named = [`${id}/${type}`, `${other.id}/${other.type}`, 'orders/0/999999/orders.order-placed.v1'];
    await until(
      async () => {
        const { status, body } = await call('GET', `/deliveries?events=${named.join()}`);
        expect({ status, body }).toMatchObject({
          status: 200,
          body: {
            deadLetters: [{ event: id, consumer: 'order-status', state: 'poison', reason }],
            deliveries: [{ event: other.id, consumer: 'order-status' }],
          },
        });
      },
      { what: 'the deliveries, which views record half a second late', timeoutMs: CATCH_UP_MS },
    );
  });

  it.each(['', 'orders', 'orders/0/1', 'orders/x/1/orders.order-placed.v1', "orders/0/1/a'--"])(
    'rejects a request for the deliveries of %j',
    async (named) => {
      const { status, body } = await call('GET', `/deliveries?events=${encodeURIComponent(named)}`);
      expect({ status, type: body['type'] }).toEqual({ status: 400, type: '/problems/invalid-request' });
    },
  );

  it('fails again on a replay while the switch is on, and equals the fold once it is off', async () => {
    const before = (await letters()).length;
    expect((await replay()).body).toMatchObject({ done: true, left: before });
    expect((await call('PUT', '/faults', {})).status).toBe(200);
    expect((await replay()).body).toEqual({ done: true, left: 0, deadLetters: [] });
    const documents = foldAll(orderStatus, events);
    expect(documents.size).toBeGreaterThan(0);
    for (const [key, document] of documents)
      expect((await call('GET', `/order-status/${key}`)).body).toEqual(document);
  });
});
