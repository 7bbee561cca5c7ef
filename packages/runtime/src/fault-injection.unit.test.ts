import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Faults, EventEnvelope } from '@bankside/contracts';
import { idempotencyKey } from '@bankside/http';
import { Router } from 'express';
import { serviceApp } from './service-runtime';
import { createLogger } from './logger';
import { createMetrics } from './metrics';
import { faultInjection, injectedRejection, type FaultInjection } from './fault-injection';

const start = async (faults: FaultInjection | undefined) => {
  const things = Router();
  let changed = 0;
  const outcomes = new Map<string, number>();
  things.get('/', (_req, res) => void res.json({ changed }));
  things.post('/', (req, res) => {
    const key = idempotencyKey(req);
    const status = outcomes.get(key) ?? (injectedRejection(req)?.() === undefined ? 200 : 409);
    outcomes.set(key, status);
    if (status === 200) changed += 1;
    res.status(status).json({ changed });
  });
  const server = serviceApp({
    logger: createLogger('test', 'silent'),
    metrics: createMetrics('test'),
    faults,
    routes: { '/things': things },
    ready: async () => undefined,
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (method: string, path: string, body?: object, key: string = randomUUID()) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(method !== 'GET' && { 'idempotency-key': key }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    ask,
    put: (faults: object, key?: string) => ask('PUT', '/faults', faults, key),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};

describe('a service without fault injection', () => {
  it('has no route to set faults and handles requests normally', async () => {
    const service = await start(undefined);
    expect(await service.put({ errorRate: 1 })).toMatchObject({ status: 404 });
    expect(await service.ask('POST', '/things')).toMatchObject({ status: 200 });
    await service.close();
  });
});

describe('fault injection into requests', () => {
  let service: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    service = await start(faultInjection({}));
  });
  afterAll(() => service.close());

  it('is off at first, and returns the faults that are set', async () => {
    expect(await service.ask('GET', '/faults')).toEqual({ status: 200, body: {} });
    expect(await service.put({ delayMs: 1 })).toMatchObject({ status: 200, body: { delayMs: 1 } });
    expect(await service.ask('GET', '/faults')).toMatchObject({ status: 200, body: { delayMs: 1 } });
  });

  it('turns off the faults that a PUT leaves out', async () => {
    await service.put({ errorRate: 1 });
    expect(await service.ask('GET', '/things')).toMatchObject({
      status: 503,
      body: { type: '/problems/failed-on-purpose' },
    });
    expect(await service.put({})).toEqual({ status: 200, body: {} });
    expect(await service.ask('GET', '/things')).toMatchObject({ status: 200 });
  });

  it('applies a PUT once per key: a retry gets the first response, another body is rejected', async () => {
    await service.put({ delayMs: 1 }, 'once');
    await service.put({ delayMs: 2 }, 'later');
    expect(await service.put({ delayMs: 1 }, 'once')).toMatchObject({ status: 200, body: { delayMs: 1 } });
    expect(await service.put({ delayMs: 3 }, 'once')).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
    expect(await service.ask('GET', '/faults')).toMatchObject({ status: 200, body: { delayMs: 2 } });
  });

  it('rejects as many of the next mutations as set, and no reads', async () => {
    await service.put({ rejectNext: 2 });
    const statuses = [];
    for (const method of ['POST', 'GET', 'POST', 'POST'])
      statuses.push((await service.ask(method, '/things')).status);
    expect(statuses).toEqual([409, 200, 409, 200]);
  });

  it('rejects no repeat of a mutation that took effect, and saves the rejection for a new one', async () => {
    await service.put({});
    expect(await service.ask('POST', '/things', undefined, 'before')).toMatchObject({ status: 200 });
    await service.put({ rejectNext: 1 });
    const statuses = [];
    for (const key of ['before', 'new', 'new', 'before', 'later'])
      statuses.push((await service.ask('POST', '/things', undefined, key)).status);
    expect(statuses).toEqual([200, 409, 409, 200, 200]);
  });

  it('delays every response', async () => {
    await service.put({ delayMs: 60 });
    const begun = performance.now();
    await service.ask('GET', '/things');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(59);
    await service.put({});
  });

  it('accepts faults of commits and events only from a service that commits', async () => {
    expect(await service.put({ crashAfterEffect: true })).toMatchObject({ status: 400 });
    expect(await service.put({ dropRate: 1 })).toMatchObject({ status: 400 });
  });
});

describe('the switches', () => {
  let at = Date.parse('2026-01-01T00:00:00Z');
  const injection = faultInjection({ of: 'commits', now: () => at });
  let service: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    service = await start(injection);
  });
  afterAll(() => service.close());
  beforeEach(() => service.put({}));
  const turn = (body: object, key?: string) => service.ask('PATCH', '/faults', body, key);

  it('add up, and each ends by itself after its own time', async () => {
    await turn({ dropRate: 1 });
    const { body } = await turn({ doubleRate: 0.5, seconds: 60 });
    expect(body).toEqual({
      dropRate: 1,
      doubleRate: 0.5,
      until: {
        dropRate: new Date(at + 300_000).toISOString(),
        doubleRate: new Date(at + 60_000).toISOString(),
      },
    });
    at += 60_000;
    expect(injection.current()).toMatchObject({ dropRate: 1 });
    expect(injection.current()).not.toHaveProperty('doubleRate');
    at += 240_000;
    expect(injection.current()).toEqual({});
  });

  it.each([0, false, ''])('are turned off by %j, one at a time', async (off) => {
    const name = { number: 'dropRate', boolean: 'crashAfterEffect', string: 'poisonStream' }[
      typeof off as string
    ]!;
    await turn({
      [name]: { number: 1, boolean: true, string: 'order-1' }[typeof off as string]!,
      rejectNext: 2,
    });
    expect((await turn({ [name]: off })).body).toMatchObject({ rejectNext: 2 });
    expect(injection.current()).not.toHaveProperty(name);
  });

  it('are turned once for each key', async () => {
    const first = await turn({ delayMs: 1 }, 'k1');
    await service.put({}, 'k2');
    expect(await turn({ delayMs: 1 }, 'k1')).toEqual(first);
    expect(injection.current()).toEqual({});
    expect(await turn({ delayMs: 2 }, 'k1')).toMatchObject({ status: 422 });
  });

  it.each([{ seconds: 0 }, { seconds: 3_601 }, { seconds: 1.5 }, { unknown: 1 }, { dropRate: 2 }])(
    'reject %j and stay as they are',
    async (body) => {
      await turn({ rejectNext: 1 });
      expect(await turn({ delayMs: 1, ...body })).toMatchObject({ status: 400 });
      expect(injection.current()).toMatchObject({ rejectNext: 1 });
      expect(injection.current()).not.toHaveProperty('delayMs');
    },
  );
});

describe('poison', () => {
  const event = (position: number, subject = 'order-1') => ({ id: `orders/0/${position}`, subject });
  const poisoning = async (faults: object) => {
    let at = 0;
    const injection = faultInjection({ of: 'commits', now: () => at });
    const { put, close } = await start(injection);
    await put(faults);
    await close();
    return { isPoisoned: injection.isPoisoned, end: () => (at = 300_000) };
  };

  it('hits as many events of a consumer as set, and each of them again until the switch is off', async () => {
    const { isPoisoned, end } = await poisoning({ poisonNext: 2 });
    const hits = () => [1, 2, 3].map((position) => isPoisoned('accounts', event(position)));
    expect(hits()).toEqual([true, true, false]);
    expect(hits()).toEqual([true, true, false]);
    end();
    expect(hits()).toEqual([false, false, false]);
  });

  it('hits every event of a stream, and of no other', async () => {
    const { isPoisoned, end } = await poisoning({ poisonStream: 'order-1' });
    expect([event(1), event(2), event(3, 'order-2')].map((one) => isPoisoned('accounts', one))).toEqual([
      true,
      true,
      false,
    ]);
    end();
    expect(isPoisoned('accounts', event(1))).toBe(false);
  });
});

describe('fault injection into commits and publications', () => {
  const event = (position: number) =>
    ({ id: `accounts/0/${position}`, feedposition: position }) as EventEnvelope;
  const publishing = async (faults: Faults, random: () => number) => {
    const injection = faultInjection({ of: 'commits', random });
    const { put, close } = await start(injection);
    await put(faults);
    await close();
    return (...positions: readonly number[]) =>
      injection.publicationsOf(positions.map(event)).map((batch) => batch.map((one) => one.feedposition));
  };
  /** A random source that hits on the given draws, counted from 1, and misses on all others. */
  const hitsOn = (...draws: readonly number[]) => {
    let drawn = 0;
    return () => (draws.includes((drawn += 1)) ? 0 : 0.99);
  };

  it('kills the process after the next commit when that is set', async () => {
    let died = 0;
    const faults = faultInjection({ of: 'commits', die: () => (died += 1) });
    faults.afterCommit();
    expect(died).toBe(0);
    const { put, close } = await start(faults);
    await put({ crashAfterEffect: true });
    faults.afterCommit();
    expect(died).toBe(1);
    await close();
  });

  it('publishes every event once while no fault is set', async () => {
    expect((await publishing({}, () => 0))(1, 2)).toEqual([[1, 2]]);
  });

  it('drops events', async () => {
    expect((await publishing({ dropRate: 0.5 }, hitsOn(2)))(1, 2, 3)).toEqual([[1, 3]]);
  });

  it('publishes duplicates in a batch of their own', async () => {
    expect((await publishing({ doubleRate: 1 }, () => 0))(1, 2)).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('publishes delayed events after the next batch', async () => {
    // Three draws per fault for the first batch: the fifth draw reorders the second event.
    const publish = await publishing({ reorderRate: 0.5 }, hitsOn(5));
    expect(publish(1, 2, 3)).toEqual([[1, 3]]);
    expect(publish(4)).toEqual([[4], [2]]);
  });

  it('publishes an event at most once per batch, even when it recurs while it is delayed', async () => {
    const publish = await publishing({ reorderRate: 0.5, doubleRate: 1 }, hitsOn(2, 4, 5, 6, 7, 8));
    publish(1);
    const batches = publish(1);
    expect(batches).not.toHaveLength(0);
    for (const batch of batches) expect(new Set(batch).size).toBe(batch.length);
  });
});
