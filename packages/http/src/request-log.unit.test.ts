import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Router } from 'express';
import pino from 'pino';
import { Registry } from 'prom-client';
import { httpApp } from './http-app';

const believed = '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11';
const sent = '00000000-4a35-8c1e-9a83-1f0f6f3c3a11';

describe('the log of requests', () => {
  const lines: Record<string, unknown>[] = [];
  let server: Server;
  beforeAll(async () => {
    const things = Router();
    things.get('/service', (_req, res) => void res.json({}));
    things.get('/gateway', (_req, res) => void res.set('Correlation-Id', believed).json({}));
    things.get('/broken', () => {
      throw new Error('broken');
    });
    const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
    const app = httpApp({
      logger: pino({ level: 'debug' }, { write }),
      metrics: new Registry(),
      routes: { '/things': things },
      ready: async () => undefined,
    });
    server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const logged = async (path: string, headers: Record<string, string> = {}) => {
    lines.length = 0;
    const { port } = server.address() as AddressInfo;
    await (await fetch(`http://127.0.0.1:${port}/things/${path}`, { headers })).text();
    expect(lines.length).toBeGreaterThan(0);
    return lines.map(({ correlationId, causationId }) => ({ correlationId, causationId }));
  };
  const headers = { 'correlation-id': sent, 'causation-id': 'orders/0/17' };

  it('has the correlation and causation id of a call', async () => {
    expect(await logged('service', headers)).toEqual([{ correlationId: sent, causationId: 'orders/0/17' }]);
    expect(await logged('service')).toEqual([{}]);
  });

  it('has the correlation id of the response where the service made it, whatever the caller sent', async () => {
    expect(await logged('gateway', headers)).toEqual([{ correlationId: believed }]);
  });

  it('has them beside the error of a failed request', async () => {
    const ids = { correlationId: sent, causationId: 'orders/0/17' };
    expect(await logged('broken', headers)).toEqual([ids, ids]);
  });
});
