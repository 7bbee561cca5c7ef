import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock, type Clock } from '@bankside/composition';
import { httpServer } from '@bankside/http';
import { freePort, until } from '@bankside/tools';
import express from 'express';
import { startGateway, type TestGateway } from '../testing/gateway';

const WITHIN_MS = 30_000;

/** A service that can fall down and stand up again on its port. What it has done outlives that. */
const fallibleService = async () => {
  const done = new Set<string>();
  let answering = 0;
  const app = express();
  app.post('/accounts/:number/deposits', async (req, res) => {
    const key = req.get('idempotency-key')!;
    done.add(key);
    answering += 1;
    await wait(10); // The effect is there before its answer.
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
    done,
    answered: () => answering,
    down: () => {
      server.close();
      server.closeAllConnections();
    },
    up: async () => {
      server = await up();
    },
  };
};

/** A clock that knows how often somebody had to wait. As long as its time stands still, nobody loses patience. */
const patienceClock = () => {
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
  const { clock, waits, run } = patienceClock();
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
    const each = (answers: number) => async (): Promise<void> => {
      for (const mine of statuses) expect(mine.length).toBeGreaterThanOrEqual(answers);
    };
    const inVain = (times: number) => async (): Promise<void> => {
      expect(waits()).toBeGreaterThanOrEqual(times);
    };
    for (let time = 1; time <= 3; time += 1) {
      await until(each(3 * time), { what: 'an answer for each', timeoutMs: WITHIN_MS });
      service.down();
      await until(inVain(waits() + 3 * CALLERS), { what: 'the vain asking', timeoutMs: WITHIN_MS });
      await service.up();
    }
    over = true;
    await Promise.all(callers);
    const all = statuses.flat();
    expect(new Set(all)).toEqual(new Set([201]));
    expect(service.done.size).toBe(all.length);
    expect(service.answered()).toBeGreaterThanOrEqual(all.length);
  });

  it('makes requests fail with 503 if it does not restart', async () => {
    service.down();
    run();
    const answer = await deposit('in-vain');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ type: '/problems/unavailable' });
    await service.up();
  });
});
