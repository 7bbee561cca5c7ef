import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Faults, EventEnvelope } from '@bankside/contracts';
import { Router } from 'express';
import { serviceApp } from '../service-app';
import { createLogger } from '../logger';
import { createMetrics } from '../metrics';
import { faultInjectionIfEnabled, faultInjection, type FaultInjection } from './fault-injection';

const start = async (switches: FaultInjection | undefined) => {
  const things = Router();
  let changed = 0;
  things.all('/', (_req, res) => void res.json({ changed: (changed += 1) }));
  const server = serviceApp({
    logger: createLogger('test', 'silent'),
    metrics: createMetrics('test'),
    faults: switches,
    routes: { '/things': things },
    ready: async () => undefined,
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (method: string, path: string, body?: object, key: string = randomUUID()) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(method !== 'GET' && { 'idempotency-key': key }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return {
    ask,
    put: (faults: object, key?: string) => ask('PUT', '/faults', faults, key),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};

describe('fault switches that nobody enabled', () => {
  it('are not there: no route, and nothing goes wrong', async () => {
    const service = await start(faultInjectionIfEnabled({ FAULTS: 'disabled' }, true));
    expect(await service.put({ errorRate: 1 })).toMatchObject({ status: 404 });
    expect(await service.ask('POST', '/things')).toMatchObject({ status: 200 });
    await service.close();
  });
});

describe('fault switches', () => {
  let service: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    service = await start(faultInjectionIfEnabled({ FAULTS: 'enabled' }, false));
  });
  afterAll(() => service.close());

  it('are off at first, and tell how they are set', async () => {
    expect(await service.ask('GET', '/faults')).toEqual({ status: 200, body: {} });
    expect(await service.put({ delayMs: 1 })).toEqual({ status: 200, body: { delayMs: 1 } });
    expect(await service.ask('GET', '/faults')).toEqual({ status: 200, body: { delayMs: 1 } });
  });

  it('are all off but those that are put', async () => {
    await service.put({ errorRate: 1 });
    expect(await service.ask('GET', '/things')).toMatchObject({
      status: 503,
      body: { type: '/problems/failed-on-purpose' },
    });
    expect(await service.put({})).toEqual({ status: 200, body: {} });
    expect(await service.ask('GET', '/things')).toMatchObject({ status: 200 });
  });

  it('are set once for a key: a repeat is answered as the first time, and another body refused', async () => {
    await service.put({ delayMs: 1 }, 'once');
    await service.put({ delayMs: 2 }, 'later');
    expect(await service.put({ delayMs: 1 }, 'once')).toEqual({ status: 200, body: { delayMs: 1 } });
    expect(await service.put({ delayMs: 3 }, 'once')).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
    expect(await service.ask('GET', '/faults')).toEqual({ status: 200, body: { delayMs: 2 } });
  });

  it('refuse the next changes, as many as they were told, and no reading', async () => {
    await service.put({ rejectNext: 2 });
    const statuses = [];
    for (const method of ['POST', 'GET', 'POST', 'POST'])
      statuses.push((await service.ask(method, '/things')).status);
    expect(statuses).toEqual([409, 200, 409, 200]);
  });

  it('hold up every answer', async () => {
    await service.put({ delayMs: 60 });
    const begun = performance.now();
    await service.ask('GET', '/things');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(59);
    await service.put({});
  });

  it('are for services that commit only where it is about commits and events', async () => {
    expect(await service.put({ crashAfterEffect: true })).toMatchObject({ status: 400 });
    expect(await service.put({ dropRate: 1 })).toMatchObject({ status: 400 });
  });
});

describe('fault switches of a service that commits', () => {
  const event = (position: number) =>
    ({ id: `accounts/0/${position}`, feedposition: position }) as EventEnvelope;
  const publishing = async (faults: Faults, random: () => number) => {
    const switches = faultInjection({ commits: true, random });
    const { put, close } = await start(switches);
    await put(faults);
    await close();
    return (...positions: readonly number[]) =>
      switches.publicationsOf(positions.map(event)).map((batch) => batch.map((one) => one.feedposition));
  };
  /** True for the given ones of the questions that are asked one after another. */
  const yesTo = (...questions: readonly number[]) => {
    let asked = 0;
    return () => (questions.includes((asked += 1)) ? 0 : 0.99);
  };

  it('let the process die after its next commit, and only if told to', async () => {
    let died = 0;
    const switches = faultInjection({ commits: true, die: () => (died += 1) });
    switches.afterCommit();
    expect(died).toBe(0);
    const { put, close } = await start(switches);
    await put({ crashAfterEffect: true });
    switches.afterCommit();
    expect(died).toBe(1);
    await close();
  });

  it('publish everything once while they are off', async () => {
    expect((await publishing({}, () => 0))(1, 2)).toEqual([[1, 2]]);
  });

  it('drop events', async () => {
    expect((await publishing({ dropRate: 0.5 }, yesTo(2)))(1, 2, 3)).toEqual([[1, 3]]);
  });

  it('double events, in a publication of their own', async () => {
    expect((await publishing({ doubleRate: 1 }, () => 0))(1, 2)).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('hold events back behind the next batch', async () => {
    // Three questions for each switch and the first batch: the second of the reordering ones.
    const publish = await publishing({ reorderRate: 0.5 }, yesTo(5));
    expect(publish(1, 2, 3)).toEqual([[1, 3]]);
    expect(publish(4)).toEqual([[4], [2]]);
  });

  it('publish an event once in each publication, also when it comes again while it is held back', async () => {
    const publish = await publishing({ reorderRate: 0.5, doubleRate: 1 }, yesTo(2, 4, 5, 6, 7, 8));
    publish(1);
    for (const batch of publish(1)) expect(new Set(batch).size).toBe(batch.length);
  });
});
