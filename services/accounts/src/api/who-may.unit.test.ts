import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { commandHandler, memoryStore } from '@bankside/kernel';
import { ACTOR_HEADER, type Actor } from '@bankside/auth';
import { createLogger, createMetrics, serviceApp } from '@bankside/runtime';
import { account } from '../domain/account';
import { accountRoutes } from './routes';

const mine: Actor = { subject: 'ada', roles: ['customer'], customerId: 'c-mine' };
const others: Actor = { subject: 'bob', roles: ['customer'], customerId: 'c-others' };
const teller: Actor = { subject: 'tim', roles: ['teller'] };
const known = {
  customerId: 'c-mine',
  mobileNumber: '+40712345678',
  name: 'Ada Lovelace',
  active: true,
  lastNumberChange: null,
};

describe('access to an account', () => {
  let server: Server;
  let url: string;
  let number: string;
  let key = 0;

  const ask = async (who: Actor | undefined, method: string, path: string, body?: object) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        'idempotency-key': `k${(key += 1)}`,
        ...(who && { [ACTOR_HEADER]: JSON.stringify(who) }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      body: (await response.json()) as { type?: string; accountNumber?: string },
    };
  };

  beforeAll(async () => {
    const store = memoryStore();
    const accounts = commandHandler(account, store);
    const find = () => Promise.resolve(known);
    const app = serviceApp({
      logger: createLogger('accounts', 'fatal'),
      metrics: createMetrics('accounts'),
      actors: (token) => Promise.resolve(JSON.parse(token) as Actor),
      routes: {
        '/accounts': accountRoutes({
          accounts,
          numbersOf: () => Promise.resolve([number]),
          allNumbersOf: () => Promise.resolve([number]),
          catchUp: () => Promise.resolve(),
          customers: { find, idOf: () => Promise.resolve(known.customerId) },
          now: () => new Date('2026-01-01T00:00:00Z'),
          limitToday: () => ({ day: '2026-01-01', perDayCents: 1_000 }),
        }),
      },
      ready: async () => {},
    });
    server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    number = (await ask(teller, 'POST', '/accounts', { customerId: 'c-mine' })).body.accountNumber!;
    await ask(teller, 'POST', `/accounts/${number}/deposits`, { amountCents: 100 });
  });
  afterAll(() => server.close());

  it('allows its owner and staff to read it, but no other customer', async () => {
    const statuses = [];
    for (const who of [mine, teller, undefined, others])
      statuses.push((await ask(who, 'GET', `/accounts/${number}`)).status);
    expect(statuses).toEqual([200, 200, 200, 403]);
  });

  it('allows its owner to find it by mobile number, but no other customer', async () => {
    expect((await ask(mine, 'GET', '/accounts?mobileNumber=%2B40712345678')).status).toBe(200);
    expect((await ask(others, 'GET', '/accounts?mobileNumber=%2B40712345678')).status).toBe(403);
  });

  it('allows its owner to withdraw, but no other customer, whatever owner the body names', async () => {
    const withdrawal = { amountCents: 1, customerId: 'c-mine' };
    const path = `/accounts/${number}/withdrawals`;
    expect((await ask(mine, 'POST', path, withdrawal)).status).toBe(201);
    expect(await ask(others, 'POST', path, withdrawal)).toMatchObject({
      status: 404,
      body: { type: '/problems/account-not-found' },
    });
  });

  it('does not allow customers to deposit, cancel a withdrawal, freeze or close', async () => {
    for (const path of ['deposits', 'withdrawals/w1/cancellation', 'freeze', 'unfreeze', 'close'])
      expect(await ask(mine, 'POST', `/accounts/${number}/${path}`, { amountCents: 1 })).toMatchObject({
        status: 403,
        body: { type: '/problems/forbidden' },
      });
  });

  it('does not allow a customer to open one for another customer', async () => {
    expect((await ask(others, 'POST', '/accounts', { customerId: 'c-mine' })).status).toBe(403);
  });
});
