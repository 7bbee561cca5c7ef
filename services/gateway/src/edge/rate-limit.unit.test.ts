import type { AddressInfo } from 'node:net';
import { Problem } from '@bankside/http';
import express, { type ErrorRequestHandler } from 'express';
import { rateLimiter } from './rate-limit';

const asStatus: ErrorRequestHandler = (error: unknown, _req, res, _next) =>
  void res.status(error instanceof Problem ? error.status : 500).end();

/** Serves requests whose path names the caller. */
const serve = async (perSecond: number) => {
  const limit = rateLimiter(perSecond);
  const app = express();
  app.get('/:caller', async (req, res) => {
    await limit(req.params.caller, req, res);
    res.end();
  });
  app.use(asStatus);
  const server = app.listen(0);
  const { port } = server.address() as AddressInfo;
  const call = (caller: string) => fetch(`http://127.0.0.1:${port}/${caller}`);
  return {
    call,
    calls: async (caller: string, times: number): Promise<readonly number[]> => {
      const statuses: number[] = [];
      for (let done = 0; done < times; done += 1) statuses.push((await call(caller)).status);
      return statuses;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};

describe('a rate limit of 10 requests a second', () => {
  let server: Awaited<ReturnType<typeof serve>>;
  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    server = await serve(10);
  });
  afterEach(async () => {
    await server.close();
    jest.useRealTimers();
  });

  it('accepts 20 requests of a caller in two seconds and rejects one more', async () => {
    expect(await server.calls('a', 21)).toEqual([...Array<number>(20).fill(200), 429]);
  });

  it('counts each caller separately', async () => {
    await server.calls('a', 21);
    expect((await server.call('b')).status).toBe(200);
  });

  it('accepts requests again in the next window', async () => {
    await server.calls('a', 21);
    jest.setSystemTime(Date.now() + 2_000);
    jest.advanceTimersByTime(2_000);
    expect(await server.calls('a', 21)).toEqual([...Array<number>(20).fill(200), 429]);
  });

  it('sends the limit, the remaining requests and the time until the reset', async () => {
    const { headers } = await server.call('a');
    expect(headers.get('ratelimit-policy')).toMatch(/^"caller"; q=20; w=2; pk=:\S+:$/);
    expect(headers.get('ratelimit')).toMatch(/^"caller"; r=19; t=[12]$/);
  });

  it('sends Retry-After with a rejection', async () => {
    await server.calls('a', 20);
    expect((await server.call('a')).headers.get('retry-after')).toMatch(/^[12]$/);
  });
});

describe('a rate limit of 0', () => {
  it('accepts every request, without headers', async () => {
    const server = await serve(0);
    expect(new Set(await server.calls('a', 50))).toEqual(new Set([200]));
    expect((await server.call('a')).headers.get('ratelimit')).toBeNull();
    await server.close();
  });
});
