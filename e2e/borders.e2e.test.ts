import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { owners } from '@bankside/contracts';
import { Client } from 'pg';
import { sendRaw, shop, signInAs, throughSidecar, wholeSystem } from './shop';

// Each border between services, tried by a compromised service and by a program on its network.
const { addresses } = wholeSystem();
const { services } = addresses;
const names = Object.keys(services);
const withDatabase = names.filter((name) => services[name]!.databaseUrl !== undefined);

type Reply = Readonly<{ status: number; text: string }>;
const read = async (response: Response): Promise<Reply> => ({
  status: response.status,
  text: await response.text(),
});
const inTime = (init?: RequestInit): RequestInit => ({ ...init, signal: AbortSignal.timeout(10_000) });
const ask = async (url: string, init?: RequestInit): Promise<Reply> => read(await fetch(url, inTime(init)));
const send = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
const through = async (name: string, path: string, init?: RequestInit): Promise<Reply> =>
  read(await throughSidecar(name, path, inTime(init)));
const invoke = (from: string, to: string, path: string, init?: RequestInit): Promise<Reply> =>
  through(from, `invoke/${to}/method/${path}`, init);

const connect = async (connectionString: string): Promise<string> => {
  const client = new Client({ connectionString });
  try {
    await client.connect();
    return 'connected';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end();
  }
};

describe('the database role of a service', () => {
  const databases = [...withDatabase, 'ferretdb', 'postgres', 'template1'];

  it.each(withDatabase)('opens only the database of %s', async (name) => {
    const own = services[name]!.databaseUrl!;
    expect(await connect(own)).toBe('connected');
    for (const other of databases.filter((one) => one !== name)) {
      const url = new URL(own);
      url.pathname = `/${other}`;
      expect([other, await connect(url.href)]).toEqual([other, expect.stringContaining('permission denied')]);
    }
  });
});

describe('the sidecar of a service', () => {
  it.each(owners)('reaches only the state store of %s', async (name) => {
    expect((await through(name, `state/${name}-store/nothing`)).status).toBe(204);
    for (const other of owners.filter((one) => one !== name)) {
      const tries = [
        await through(name, `state/${other}-store/nothing`),
        await through(name, `state/${other}-store`, send([{ key: 'u/mobile/+40700000000', value: 'mine' }])),
        await through(name, `state/${other}-store/transaction`, send({ operations: [] })),
      ];
      for (const { status, text } of tries)
        expect([status, text]).toEqual([400, expect.stringContaining('ERR_STATE_STORE_NOT_FOUND')]);
    }
  });

  it('offers no state store to the gateway', async () =>
    expect((await through('gateway', 'state/customers-store/nothing')).status).toBeGreaterThanOrEqual(400));
});

describe('publishing', () => {
  const forged = { specversion: '1.0', id: 'x', type: 'x', source: 'x', data: {} };
  const entries = [{ entryId: '1', event: forged, contentType: 'application/cloudevents+json' }];

  it.each(owners)('is allowed to %s on its own topic only', async (name) => {
    for (const other of owners.filter((one) => one !== name)) {
      const tries = [
        await through(name, `publish/pubsub/${other}.events`, send({})),
        await through(name, `publish/bulk/pubsub/${other}.events`, send(entries)),
      ];
      expect(tries.map(({ status }) => status)).toEqual([403, 403]);
    }
  });

  it.each(['projection', 'worker'])('is forbidden to %s, which has no events', async (name) => {
    for (const other of owners)
      expect((await through(name, `publish/pubsub/${other}.events`, send({}))).status).toBe(403);
  });
});

/** Persons, and the purposes of transfers. */
const HOLDERS_OF_PERSONAL_DATA = ['customers', 'accounts'];

describe('the secret store', () => {
  it.each(names.filter((name) => !HOLDERS_OF_PERSONAL_DATA.includes(name)))(
    'does not give %s the key of personal data',
    async (name) => {
      const { status, text } = await through(name, 'secrets/secrets/personal-data-key');
      expect([status, text]).toEqual([expect.any(Number), expect.stringContaining('ERR_SECRET_STORE')]);
    },
  );
});

describe('the API of a sidecar', () => {
  it.each(names)('serves only its own service: %s', async (name) => {
    const paths = ['metadata', 'invoke/customers/method/feed', `state/${name}-store/nothing`];
    for (const headers of [{}, { 'dapr-api-token': 'guessed' }])
      for (const path of paths)
        expect((await ask(`${services[name]!.daprUrl}/v1.0/${path}`, { headers })).status).toBe(401);
  });
});

describe('a call of another service', () => {
  it.each([
    ['inventory', 'accounts', 'accounts/1000000017'],
    ['accounts', 'payments', 'payments/p1'],
    ['orders', 'customers', 'customers/ada'],
    ['composer', 'orders', 'orders/o1'],
    ['payments', 'customers', 'feed'], // It subscribes to no events of theirs.
    ['accounts', 'customers', 'customers/ada'], // It may only read that feed.
    ['composer', 'worker', 'consumers'],
    ['worker', 'accounts', 'accounts/1000000017'], // It withdraws, and reads nothing.
    ['composer', 'accounts', 'streams/account-1000000017'], // It reads lists only.
    ['gateway', 'payments', 'payments/p1'],
  ])('by %s of %s, which the services map does not allow, is rejected', async (from, to, path) => {
    const { status, text } = await invoke(from, to, path);
    expect([status, text]).toEqual([403, expect.stringContaining('caller-not-allowed')]);
  });

  it('is rejected for a mutation as well', async () => {
    const headers = { 'idempotency-key': 'forged' };
    const { status } = await invoke('accounts', 'customers', 'customers/ada/forget', send({}, headers));
    expect(status).toBe(403);
  });

  it('cannot claim the name of another service', async () => {
    const headers = { 'dapr-caller-app-id': 'gateway', 'Dapr-Caller-App-Id': 'gateway' };
    expect((await invoke('inventory', 'accounts', 'accounts/1000000017', { headers })).status).toBe(403);
  });

  it.each<readonly [string, OutgoingHttpHeaders]>([
    ['removes it on the way', { connection: 'dapr-caller-app-id' }],
    ['removes it beside another name', { connection: 'dapr-caller-app-id', 'dapr-caller-app-id': 'worker' }],
    ['writes another name in capitals', { 'DAPR-CALLER-APP-ID': 'worker' }],
    ['sends two names', { 'dapr-caller-app-id': ['worker', 'gateway'] }],
    ['sends an empty name', { 'dapr-caller-app-id': '' }],
    ['upgrades the connection', { connection: 'upgrade, dapr-caller-app-id', upgrade: 'dapr-caller-app-id' }],
  ])('cannot hide its name: %s', async (_what, headers) => {
    const response = await sendRaw('inventory', 'accounts/method/accounts/1000000017/withdrawals', {
      headers,
    });
    expect(response).toEqual([403, expect.stringContaining('caller-not-allowed')]);
  });

  it('reaches no other operation by another spelling of its path or method', async () => {
    const teller = await signInAs({ role: ['teller', 'operator'] });
    const { accountNumber } = await shop(teller).buyer(1_000);
    const spellings = [
      'accounts/N/freeze',
      'accounts//N/freeze',
      'accounts/N/freeze/',
      'Accounts/N/freeze',
      'accounts/N/FREEZE',
      './accounts/N/freeze',
      'accounts/N/withdrawals/../freeze',
      'accounts/N/withdrawals/%2e%2e/freeze',
      'accounts/N/withdrawals/%252e%252e/freeze',
      'accounts/N/withdrawals%2f..%2ffreeze',
      'accounts/N/withdrawals%252f..%252ffreeze',
      'accounts/x/withdrawals/y/cancellation/../../../../N/freeze',
      'accounts/N/freeze;/withdrawals',
      'accounts/N/freeze%3f/withdrawals',
      'accounts/N/freeze%253f/withdrawals',
      'accounts/N/freeze%23/withdrawals',
      'accounts/N/freeze%2523/withdrawals',
      'accounts/N/freeze%00/withdrawals',
      'accounts/N/freeze%0a/withdrawals',
      'accounts/N/freeze%250a/withdrawals',
      'accounts/N%2ffreeze',
      'accounts/N%252ffreeze',
      'accounts%5cN%5cfreeze',
      'accounts/N/%2566reeze',
      'events/customers',
    ];
    const headers = { 'idempotency-key': randomUUID(), 'x-http-method-override': 'POST' };
    for (const spelling of spellings) {
      const [status, text] = await sendRaw(
        'worker',
        `accounts/method/${spelling.replace('N', accountNumber)}`,
        { headers },
      );
      // The sidecar itself rejects a path with a control character, `?` or `#`.
      expect([spelling, status, text]).toEqual([
        spelling,
        /%(00|0a|23|3f)/.test(spelling) ? 500 : 403,
        expect.stringMatching(/caller-not-allowed|ERR_DIRECT_INVOKE/),
      ]);
    }
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])
      expect([
        method,
        ...(await sendRaw('worker', `accounts/method/accounts/${accountNumber}/withdrawals`, {
          method,
          headers,
        })),
      ]).toEqual([method, 403, expect.stringContaining('caller-not-allowed')]);
    expect((await teller.get(`/api/accounts/${accountNumber}`)).body).toMatchObject({
      status: 'open',
      balanceCents: 1_000,
    });
    await teller.close();
  });

  it('may read a feed that it subscribes to', async () =>
    expect((await invoke('accounts', 'customers', 'feed')).status).toBe(200));
});

describe('a call past the sidecar', () => {
  const inside = names.filter((name) => name !== 'gateway');
  const url = (name: string, path: string): string => `${services[name]!.url}${path}`;

  it.each(inside)('to %s is rejected, also with an invented token', async (name) => {
    for (const headers of [{}, { 'dapr-api-token': 'made-up' }]) {
      const { status, text } = await ask(url(name, '/feed'), { headers });
      expect([status, text]).toEqual([401, expect.stringContaining('not-the-sidecar')]);
    }
  });

  it.each(inside)('cannot deliver events to %s', async (name) => {
    for (const source of owners)
      expect((await ask(url(name, `/events/${source}`), send({}))).status).toBe(401);
  });

  it.each(names)('reaches only the probes of %s', async (name) => {
    expect((await ask(url(name, '/healthz'))).status).toBe(200);
    expect((await ask(url(name, '/readyz'))).status).toBe(200);
  });

  it.each(['/feed', '/events/customers', '/audit'])('does not find %s at the gateway', async (path) => {
    expect((await ask(url('gateway', path))).status).toBe(404);
  });
});
