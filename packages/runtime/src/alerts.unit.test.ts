import type { AddressInfo } from 'node:net';
import type { Faults } from '@bankside/contracts';
import { alertWatch, targetAt } from '@bankside/metrics/testing';
import { Router } from 'express';
import { createLogger } from './logger';
import { createMetrics } from './metrics';
import { deliveryRoutes } from './delivery-routes';
import { faultInjection } from './fault-injection';
import { serviceApp } from './service-runtime';

const SERVICE = 'loans';
const open: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A service on a port of its own. It consumes the events of accounts, whose key it does not know. */
const start = async () => {
  const [logger, metrics] = [createLogger(SERVICE, 'silent'), createMetrics(SERVICE)];
  const things = Router();
  things.get('/', (_req, res) => void res.json({}));
  const config = { EVENT_PUBLIC_KEYS: {} };
  const server = serviceApp({
    logger,
    metrics,
    faults: faultInjection({}),
    rawBodyRouters: [deliveryRoutes({ logger, metrics, config }, { accounts: async () => undefined })],
    routes: { '/things': things },
    ready: async () => undefined,
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  open.push(() => new Promise((closed) => server.close(closed)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = (method: string, path: string, body: unknown) =>
    fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': path },
      body: JSON.stringify(body),
    });
  return {
    target: { [SERVICE]: targetAt(`${url}/metrics`) },
    call: () => fetch(`${url}/things`),
    fail: async (faults: Faults) => expect((await send('PUT', '/faults', faults)).status).toBe(200),
    deliver: async (body: unknown) => expect((await send('POST', '/events/accounts', body)).status).toBe(200),
  };
};

it('RequestsFailing: a share of the requests fails', async () => {
  const { target, call, fail } = await start();
  const alert = alertWatch('RequestsFailing', target);
  await call();
  await alert.assertQuiet();
  await fail({ errorRate: 1 });
  expect(await alert.raised(call)).toEqual([{ service: SERVICE }]);
});

it('RequestsSlow: each request takes longer than a second', async () => {
  const { target, call, fail } = await start();
  const alert = alertWatch('RequestsSlow', target);
  await Promise.all(Array.from({ length: 5 }, call));
  await alert.assertQuiet();
  await fail({ delayMs: 1_100 });
  const crowd = Promise.all(Array.from({ length: 100 }, call));
  expect(await alert.raised(() => crowd)).toEqual([{ service: SERVICE }]);
});

it('DeliveriesRejected: a message is not signed by its source', async () => {
  const { target, deliver } = await start();
  const alert = alertWatch('DeliveriesRejected', target);
  await alert.assertQuiet();
  await deliver({ data: { events: '[]' } });
  expect(await alert.raised()).toEqual([{ service: SERVICE, source: 'accounts' }]);
});
