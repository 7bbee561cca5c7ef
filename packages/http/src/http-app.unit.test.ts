import { request as send, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Router } from 'express';
import pino from 'pino';
import { Registry } from 'prom-client';
import { httpApp } from './http-app';

// A sidecar sends headers that no client library would send, so these requests are written by hand.
describe('the body of a request', () => {
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

  const status = (method: string, headers: OutgoingHttpHeaders, body?: string | Buffer): Promise<number> =>
    new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const request = send(
        { host: '127.0.0.1', port, path: '/things', method, headers, agent: false },
        (response) => {
          response.resume().once('end', () => resolve(response.statusCode!));
        },
      );
      request.once('error', reject);
      request.end(body);
    });

  it.each(['GET', 'POST'])('may be empty and chunked without a type in a %s', async (method) => {
    expect(await status(method, { 'transfer-encoding': 'chunked' })).toBe(200);
  });

  it('is rejected with 415 unless it is JSON, chunked or not', async () => {
    expect(await status('POST', { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' }, 'a')).toBe(
      415,
    );
    expect(await status('POST', { 'content-type': 'text/plain', 'content-length': 1 }, 'a')).toBe(415);
    expect(await status('POST', { 'content-length': 1 }, 'a')).toBe(415);
  });

  it.each([
    ['application/json; charset=utf-8', 200],
    ['application/json;charset="UTF-8"', 200],
    ['application/json; charset=utf-16', 415],
    ['application/json; charset=iso-8859-1', 415],
    ['application/json; charset=', 415],
  ])('of type %s gets %d', async (type, expected) => {
    expect(await status('POST', { 'content-type': type }, '{"a":1}')).toBe(expected);
  });

  it.each([
    ['text that is not UTF-8', Buffer.from('{"a":"\xe9"}', 'latin1'), 400],
    ['a repeated member', '{"a":{"b":1,"b":1}}', 400],
    ['a byte order mark', '\ufeff{"a":1}', 200],
    ['no bytes', '', 200],
  ])('is accepted or rejected by its bytes: %s', async (_what, body, expected) => {
    expect(await status('POST', { 'content-type': 'application/json' }, body)).toBe(expected);
  });

  it.each([
    ['arrives complete', { 'content-length': 2 }, '{}', 200],
    ['is lost', {}, undefined, 503],
    ['is lost and arrives as empty chunks', { 'transfer-encoding': 'chunked' }, undefined, 503],
    ['has another length than sent', { 'content-length': 7 }, '{"a":1}', 503],
  ])('that %s gets 200 if it is complete and 503 if not', async (_what, headers, body, expected) => {
    const sent = { 'content-type': 'application/json', 'x-body-length': '2' };
    expect(await status('POST', { ...sent, ...headers }, body)).toBe(expected);
  });
});
