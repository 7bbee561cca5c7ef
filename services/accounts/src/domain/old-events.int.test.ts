import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServices, type TestServices } from '@bankside/tools';
import { Client } from 'pg';

// The commit as version 1 of the service wrote it, when AccountOpened had no currency.
const key = 's/account-1000000017/0000000001';
const bytes = readFileSync(join(__dirname, 'stored', 'account-opened.v1.json'));

let services: TestServices;
let database: Client;
beforeAll(async () => {
  services = await startServices(['accounts']);
  database = new Client({ connectionString: services.databaseUrl('accounts') });
  await database.connect();
  const rows = [
    [key, bytes],
    ['u/savings/ada', Buffer.from('"account-1000000017"')],
  ];
  for (const row of rows)
    await database.query('insert into state (key, value, etag) values ($1, $2, gen_random_uuid())', row);
}, 120_000);
afterAll(async () => {
  await database.end();
  await services.stop();
});

describe('an event of an old version', () => {
  const accounts = () => services.api('accounts');

  it('is upcast when it is read', async () => {
    expect((await accounts().get('/streams/account-1000000017')).body).toMatchObject({
      revision: 1,
      state: { status: 'open', currency: 'EUR', balanceCents: 0 },
      commits: [{ events: [{ type: 'AccountOpened', data: { customerId: 'ada', currency: 'EUR' } }] }],
    });
  });

  it('can be followed by new commits', async () => {
    const deposit = { amountCents: 100 };
    expect((await accounts().post('/accounts/1000000017/deposits', deposit)).status).toBe(201);
    expect((await accounts().get('/accounts/1000000017')).body).toMatchObject({
      balanceCents: 100,
      currency: 'EUR',
    });
  });

  it('is published by the current contract', async () => {
    const { events } = (await accounts().get('/feed?flushed=true')).body as { events: readonly object[] };
    expect(events).toEqual([
      expect.objectContaining({
        type: 'accounts.account-opened.v1',
        time: '2024-02-29T08:00:00.000Z',
        data: {
          accountNumber: '1000000017',
          customerId: 'ada',
          currency: 'EUR',
          kind: 'savings',
          balanceCents: 0,
        },
      }),
      expect.objectContaining({ type: 'accounts.money-deposited.v1' }),
    ]);
  });

  it('is not rewritten', async () => {
    const { rows } = await database.query<{ value: Buffer }>('select value from state where key = $1', [key]);
    expect(rows[0]!.value.equals(bytes)).toBe(true);
  });

  it('passes the audit', async () =>
    expect((await accounts().get('/audit')).body).toEqual({
      streams: 1,
      commits: 2,
      events: 2,
      problems: [],
    }));
});
