import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newNamesFile, startSidecar, type TestSidecar } from '@bankside/tools';
import express from 'express';
import { invoker, pathOf } from './invoker';
import { Outage } from './outage';

const CALLER = 'dapr-caller-test';
const CALLED = 'dapr-called-test';

let server: Server;
let caller: TestSidecar;
let called: TestSidecar;
let calls: ReturnType<typeof invoker>;

const app = () =>
  express()
    .use(express.json())
    .get('/parts/:one/:two', (req, res) => void res.json({ ...req.params, query: req.query }))
    .get('/never', () => undefined)
    .post('/cut', (req) => void req.socket.destroy())
    .get('/empty', (_req, res) => void res.status(204).end())
    .get('/text', (_req, res) => void res.type('text').send('{"not":"parsed"}'))
    .get('/broken', (_req, res) => void res.status(500).json({ errorCode: 'mine' }))
    .all('/echo', (req, res) => {
      const { method, body } = req;
      const key = req.get('idempotency-key');
      const traceparent = req.get('traceparent');
      const length = req.get('x-body-length');
      res
        .status(201)
        .set('Consistency-Token', 'accounts/a@1')
        .json({ method, body: body as unknown, key, traceparent, length });
    })
    .post('/refused', (_req, res) => {
      const problem = { type: '/problems/insufficient-funds', status: 422 };
      res.status(422).set('Retry-After', '1').type('application/problem+json').send(JSON.stringify(problem));
    });

beforeAll(async () => {
  server = createServer(app()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const namesFile = newNamesFile();
  const appPort = (server.address() as AddressInfo).port;
  called = await startSidecar({ appId: CALLED, appPort, namesFile });
  caller = await startSidecar({ appId: CALLER, namesFile });
  calls = invoker({ sidecarUrl: caller.httpUrl });
});

afterAll(async () => {
  await calls.close();
  await caller.stop();
  await called.stop();
  server.closeAllConnections();
  server.close();
});

describe('invoke', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'carries %s with body and headers both ways',
    async (method) => {
      const headers = {
        'idempotency-key': 'k1',
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      };
      const body = { name: 'Zoë' };
      const reply = await calls.invoke(CALLED, method, '/echo', { body, headers });
      expect(reply).toMatchObject({ status: 201, body: { method, body, key: 'k1', length: '15' } });
      expect(reply.headers['consistency-token']).toBe('accounts/a@1');
      // A sidecar that makes no spans of its own changes nothing.
      expect((reply.body as { traceparent: string }).traceparent).toBe(headers.traceparent);
    },
  );

  it('returns the response of a rejection and of a failure', async () => {
    const refused = await calls.invoke(CALLED, 'POST', '/refused');
    expect(refused).toMatchObject({
      status: 422,
      body: { type: '/problems/insufficient-funds', status: 422 },
      headers: {
        'retry-after': '1',
        'content-type': expect.stringContaining('application/problem+json') as string,
      },
    });
    expect(await calls.invoke(CALLED, 'GET', '/broken')).toMatchObject({
      status: 500,
      body: { errorCode: 'mine' },
    });
    expect(await calls.invoke(CALLED, 'GET', '/not-there')).toMatchObject({ status: 404 });
  });

  it('parses a body only if it is JSON', async () => {
    expect(await calls.invoke(CALLED, 'GET', '/empty')).toMatchObject({ status: 204, body: '' });
    expect(await calls.invoke(CALLED, 'GET', '/text')).toMatchObject({
      status: 200,
      body: '{"not":"parsed"}',
    });
  });

  it.each(['plain', 'a b', 'ä😀', 'a+b', '100%', 'a%2Fb', 'a/b', '..', '.', 'a?b#c', "it's", '"<&>"'])(
    'brings the part %j of a path to the service as it is',
    async (part) => {
      const reply = await calls.invoke(
        CALLED,
        'GET',
        `/parts/${pathOf(part, 'end')}?q=${encodeURIComponent(part)}`,
      );
      expect(reply.body).toEqual({ one: part, two: 'end', query: { q: part } });
    },
  );

  it('throws an Outage if the service does not respond in time', async () => {
    await expect(calls.invoke(CALLED, 'GET', '/never', { timeoutMs: 200 })).rejects.toThrow(Outage);
  });

  it('throws an Outage if the service dies during the call, whatever its sidecar responds', async () => {
    for (let round = 0; round < 100; round += 1)
      await expect(calls.invoke(CALLED, 'POST', '/cut', { body: {} })).rejects.toThrow(Outage);
    // A sidecar responds like this to some of thousands of such calls.
    const sidecar = createServer((_req, res) => void res.writeHead(200).end()).listen(0, '127.0.0.1');
    await once(sidecar, 'listening');
    const { port } = sidecar.address() as AddressInfo;
    const misled = invoker({ sidecarUrl: `http://127.0.0.1:${port}` });
    await expect(misled.invoke(CALLED, 'POST', '/echo')).rejects.toThrow(Outage);
    await misled.close();
    sidecar.close();
  });

  it('throws an Outage if no service has the name or the sidecar of the caller is down', async () => {
    await expect(calls.invoke('dapr-unknown-test', 'GET', '/echo')).rejects.toThrow(Outage);
    const alone = invoker({ sidecarUrl: 'http://127.0.0.1:1' });
    await expect(alone.invoke(CALLED, 'GET', '/echo')).rejects.toThrow(Outage);
    await alone.close();
  });

  it('throws an Outage without the query string while the service is down', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const outage = calls.invoke(CALLED, 'GET', '/echo?mobileNumber=%2B40712345678');
    await expect(outage).rejects.toThrow(Outage);
    await expect(outage).rejects.toThrow(/^(?!.*0712345678)/s);
  });
});
