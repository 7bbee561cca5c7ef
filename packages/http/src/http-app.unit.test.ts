import { request as send, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Router } from 'express';
import pino from 'pino';
import { Registry } from 'prom-client';
import { httpApp } from './http-app';

// What a sidecar sends by itself is what no client library would: so here it is made by hand.
describe('a service that is asked without a body', () => {
  let server: Server;
  beforeAll(async () => {
    const things = Router();
    things.get('/', (_req, res) => void res.json({ ok: true }));
    things.post('/', (req, res) => void res.json({ body: (req.body as unknown) ?? null }));
    const app = httpApp({
      logger: pino({ level: 'fatal' }),
      metrics: new Registry(),
      routes: { '/things': things },
      ready: async () => undefined,
    });
    server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const status = (method: string, headers: OutgoingHttpHeaders, body?: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const request = send(
        { host: '127.0.0.1', port, path: '/things', method, headers, agent: false },
        (answer) => {
          answer.resume().once('end', () => resolve(answer.statusCode!));
        },
      );
      request.once('error', reject);
      request.end(body);
    });

  it.each(['GET', 'POST'])('answers a %s with an empty body in chunks and no type', async (method) => {
    expect(await status(method, { 'transfer-encoding': 'chunked' })).toBe(200);
  });

  it('refuses a body of another type, in chunks or not', async () => {
    expect(await status('POST', { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' }, 'a')).toBe(
      415,
    );
    expect(await status('POST', { 'content-type': 'text/plain', 'content-length': 1 }, 'a')).toBe(415);
    expect(await status('POST', { 'content-length': 1 }, 'a')).toBe(415);
  });

  it.each([
    ['arrived as it was sent', { 'content-length': 2 }, '{}', 200],
    ['was lost on its way', {}, undefined, 503],
    ['was lost on its way and is empty chunks', { 'transfer-encoding': 'chunked' }, undefined, 503],
    ['is not the one that was sent', { 'content-length': 7 }, '{"a":1}', 503],
  ])('answers a call whose body %s', async (_what, headers, body, expected) => {
    const sent = { 'content-type': 'application/json', 'x-body-length': '2' };
    expect(await status('POST', { ...sent, ...headers }, body)).toBe(expected);
  });
});
