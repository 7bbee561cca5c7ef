import { servicesWithVitals } from '@bankside/contracts';
import type { StatusResponse, SystemResponse } from '@bankside/contracts/http';
import { actorVerifier } from '@bankside/auth';
import { createLogger, createMetrics, faultInjection, serviceApp } from '@bankside/runtime';
import { systemClock } from '@bankside/composition';
import { until } from '@bankside/tools';
import { Router } from 'express';
import { startGateway, testKeys, type TestGateway } from '../../testing/gateway';
import { listen, type Listening } from '../../testing/listen';

const NAMES = ['inventory', 'orders', 'projection'] as const;
type Name = (typeof NAMES)[number];

describe('the state of the system', () => {
  const keys = testKeys();
  let now = Date.now();
  let isReady = true;
  let sumCents = 0;
  let gateway: TestGateway;
  let services: ReadonlyMap<Name, Listening>;

  const start = (name: Name): Promise<Listening> => {
    const products = Router();
    products.get('/', (_req, res) => void res.json({ products: [] }));
    const ledger = Router();
    ledger.get('/trial-balance', (_req, res) => {
      res.json({ entries: 1, currencies: [{ currency: 'EUR', accounts: [], sumCents }] });
    });
    const consumers = Router();
    consumers.get('/', (_req, res) => void res.json({ consumers: [] }));
    return listen(
      serviceApp({
        logger: createLogger(name, 'fatal'),
        metrics: createMetrics(name),
        actors: actorVerifier(keys.publicKey, name),
        faults: faultInjection({ of: name === 'projection' ? 'views' : 'commits' }),
        routes: { '/products': products, '/consumers': consumers, '/ledger': ledger },
        ready: async () => {
          if (name === 'orders' && !isReady) throw new Error('the database does not respond');
        },
      }),
    );
  };

  beforeAll(async () => {
    services = new Map(await Promise.all(NAMES.map(async (name) => [name, await start(name)] as const)));
    const ports = Object.fromEntries([...services].map(([name, { port }]) => [name, port]));
    gateway = await startGateway(ports, { keys, strict: true, clock: { ...systemClock, now: () => now } });
  });
  afterAll(async () => {
    await gateway.close();
    await Promise.all([...services.values()].map((one) => one.close()));
  });

  const get = async <T>(path: string, role: 'operator' | 'teller' = 'operator'): Promise<T> => {
    now += 60_000; // Past every reading that is shared.
    const response = await fetch(`${gateway.url}${path}`, { headers: await gateway.bearer(role) });
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  };
  const put = async (service: Name, faults: object): Promise<void> => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': `${(now += 1)}` };
    const response = await fetch(`${gateway.url}/api/faults/${service}`, {
      method: 'PUT',
      headers: { ...headers, ...(await gateway.bearer('operator')) },
      body: JSON.stringify(faults),
    });
    expect(response.status).toBe(200);
  };
  /** A service that does not respond within a second is down for once, as on a busy machine. */
  const expectStates = (expected: Readonly<Record<string, string>>): Promise<void> =>
    until(async () => expect(await states()).toMatchObject(expected), {
      what: `the states ${JSON.stringify(expected)}`,
      timeoutMs: 20_000,
    });
  afterEach(async () => {
    isReady = true;
    for (const name of NAMES) await put(name, {});
  });
  const states = async (): Promise<Readonly<Record<string, string>>> => {
    const { services: all } = await get<SystemResponse>('/api/system');
    expect(all).toHaveLength(servicesWithVitals.length);
    return Object.fromEntries(all.map(({ service, state }) => [service, state]));
  };

  it('lists every service: those that respond, and those that do not as down', async () => {
    await expectStates({ inventory: 'ok', orders: 'ok', projection: 'ok', loans: 'down' });
  });

  it('shows exactly the service that fails on purpose as failing, with the reason', async () => {
    await put('inventory', { errorRate: 1 });
    await expectStates({ inventory: 'failing', orders: 'ok', projection: 'ok' });
    const { services: all } = await get<SystemResponse>('/api/system');
    expect(all.find(({ service }) => service === 'inventory')).toMatchObject({
      reasons: ['Fails 100 % of requests on purpose'],
      faults: { errorRate: 1 },
      replicas: 1,
    });
    await put('inventory', {});
    await expectStates({ inventory: 'ok' });
  });

  it('shows a service that is delayed on purpose as slow, without being delayed itself', async () => {
    await put('orders', { delayMs: 60_000 });
    await put('projection', { viewDelayMs: 500 });
    await expectStates({ orders: 'slow', projection: 'slow', inventory: 'ok' });
  });

  it('shows a service that is not ready as failing', async () => {
    isReady = false;
    await expectStates({ orders: 'failing', inventory: 'ok' });
  });

  it('reports to every role which faults are on and whether the books balance', async () => {
    await put('inventory', { errorRate: 0.5, delayMs: 0 });
    const status = await get<StatusResponse>('/api/status', 'teller');
    expect(status).toMatchObject({
      balanced: true,
      faults: [{ service: 'inventory', faults: { errorRate: 0.5 } }],
    });
    expect(status.unavailable).toContain('loans');
    sumCents = 1;
    await put('inventory', {});
    expect(await get<StatusResponse>('/api/status')).toMatchObject({ balanced: false, faults: [] });
  });

  it('counts the requests of the gateway’s own clients', async () => {
    const { gateway: own } = await get<SystemResponse>('/api/system');
    expect(own.p95Ms).toBeGreaterThan(0);
  });
});
