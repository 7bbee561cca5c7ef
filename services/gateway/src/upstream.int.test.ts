import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock, type Clock } from '@bankside/composition';
import { httpServer } from '@bankside/http';
import { freePort, until } from '@bankside/tools';
import express from 'express';
import { startGateway, type TestGateway } from '../testing/gateway';

const WITHIN_MS = 30_000;

/** A service that can stop and start again on its port; its deposits survive. */
const fallibleService = async () => {
  const deposited = new Set<string>();
  let requests = 0;
  const app = express();
  app.post('/accounts/:number/deposits', async (req, res) => {
    const key = req.get('idempotency-key')!;
    deposited.add(key);
    requests += 1;
    await wait(10); // The effect precedes the response.
    res.status(201).json({ depositId: key, balanceCents: 1 });
  });

  const port = await freePort();
  const up = async () => {
    const server = httpServer(app).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await up();
  return {
    port,
    deposited,
    requests: () => requests,
    down: () => {
      server.close();
      server.closeAllConnections();
    },
    up: async () => {
      server = await up();
    },
  };
};

/** A clock that counts waits. Until `run`, its time stands still, so that no retry reaches its deadline. */
const countingClock = () => {
  let time = 0;
  let waits = 0;
  let runs = false;
  const clock: Clock = {
    now: () => time,
    after: (ms) => {
      waits += 1;
      if (runs) time += ms;
      return systemClock.after(runs ? 0 : ms);
    },
  };
  return { clock, waits: () => waits, run: () => void (runs = true) };
};

describe('a service that is killed under load', () => {
  const CALLERS = 16;
  const { clock, waits, run } = countingClock();
  let service: Awaited<ReturnType<typeof fallibleService>>;
  let gateway: TestGateway;
  let teller: Record<string, string>;
  beforeAll(async () => {
    service = await fallibleService();
    gateway = await startGateway({ accounts: service.port }, { clock });
    teller = await gateway.bearer('teller');
  });
  afterAll(async () => {
    await gateway.close();
    service.down();
  });

  const deposit = (key: string) =>
    fetch(`${gateway.url}/api/accounts/1000000017/deposits`, {
      method: 'POST',
      headers: { ...teller, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ amountCents: 1 }),
    });

  it('fails no request of a caller', async () => {
    let over = false;
    const statuses: number[][] = Array.from({ length: CALLERS }, () => []);
    const caller = async (mine: number[], name: number): Promise<void> => {
      while (!over) mine.push((await deposit(`${name}-${mine.length}`)).status);
    };
    const callers = statuses.map(caller);
    const eachHas = (responses: number) => async (): Promise<void> => {
      expect(Math.min(...statuses.map(({ length }) => length))).toBeGreaterThanOrEqual(responses);
    };
    const retried = (times: number) => async (): Promise<void> => {
      expect(waits()).toBeGreaterThanOrEqual(times);
    };
    for (let time = 1; time <= 3; time += 1) {
      await until(eachHas(3 * time), { what: 'responses for each caller', timeoutMs: WITHIN_MS });
      service.down();
      await until(retried(waits() + 3 * CALLERS), { what: 'the retries', timeoutMs: WITHIN_MS });
      await service.up();
    }
    over = true;
    await Promise.all(callers);
    const all = statuses.flat();
    expect(new Set(all)).toEqual(new Set([201]));
    expect(service.deposited.size).toBe(all.length);
    expect(service.requests()).toBeGreaterThanOrEqual(all.length);
  });

  it('makes requests fail with 503 if it does not restart', async () => {
    service.down();
    run();
    const response = await deposit('in-vain');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({ type: '/problems/unavailable' });
    await service.up();
  });
});
