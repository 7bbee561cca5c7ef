import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { httpServer } from '@bankside/service';
import { freePort } from '@bankside/tools';
import express from 'express';
import { startGateway, type TestGateway } from '../testing/gateway';

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
  const problem = (path: string, status: number, name: string): void =>
    void app.get(path, (_req, res) => {
      answering += 1;
      res
        .status(status)
        .type('application/problem+json')
        .send(JSON.stringify({ type: `/problems/${name}`, title: 'T', status, detail: 'D' }));
    });
  problem('/accounts/1000000001', 503, 'busy');
  problem('/accounts/1000000002', 503, 'unavailable');

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

describe('a service that falls down while it is asked', () => {
  let service: Awaited<ReturnType<typeof fallibleService>>;
  let gateway: TestGateway;
  let teller: Record<string, string>;
  beforeAll(async () => {
    service = await fallibleService();
    gateway = await startGateway({ accounts: service.port });
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
  const read = (number: string) => fetch(`${gateway.url}/api/accounts/${number}`, { headers: teller });

  it('costs no caller an answer', async () => {
    let over = false;
    const statuses = new Map<number, number>();
    let asked = 0;
    const caller = async (name: number): Promise<void> => {
      for (let number = 0; !over; number += 1) {
        asked += 1;
        const { status } = await deposit(`${name}-${number}`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const callers = Array.from({ length: 16 }, (_, name) => caller(name));
    for (let time = 0; time < 3; time += 1) {
      await wait(300);
      service.down();
      await wait(700);
      await service.up();
    }
    over = true;
    await Promise.all(callers);
    expect(statuses).toEqual(new Map([[201, asked]]));
    expect(service.done.size).toBe(asked);
    expect(service.answered()).toBeGreaterThanOrEqual(asked);
  });

  it('is given up after three seconds', async () => {
    service.down();
    const startedAt = performance.now();
    const { status } = await deposit('in-vain');
    expect(status).toBe(503);
    expect(performance.now() - startedAt).toBeGreaterThan(2_000);
    expect(performance.now() - startedAt).toBeLessThan(5_500);
    await service.up();
  });

  it.each([
    ['asked again when it lacks a part of its own', '1000000002', true],
    ['not asked again when it says that too many write', '1000000001', false],
  ])('is %s', async (_what, number, again) => {
    const before = service.answered();
    const answer = await read(number);
    expect(answer.status).toBe(503);
    expect(service.answered() - before > 1).toBe(again);
  });
});
