import { bankClient, startServices, until, type TestServices } from '@bankside/tools';
import { Client } from 'pg';

// Personal data on real dependencies: stored, published, replicated by another service, and forgotten.
const person = { name: 'Hedwig Kiesler', email: 'hedwig.kiesler@example.com', mobileNumber: '+40761234509' };
const newNumber = '+40769876543';
const traces = [person.name, 'hedwig.kiesler', person.mobileNumber, newNumber];
const customerId = 'hedwig';

let services: TestServices;
beforeAll(async () => {
  services = await startServices(['customers', 'accounts']);
}, 120_000);
afterAll(() => services.stop());

const query = async <T extends object>(service: string, text: string): Promise<readonly T[]> => {
  const client = new Client({ connectionString: services.databaseUrl(service) });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
};

/** Every row of every table of a service's database, as text. */
const dump = async (service: string): Promise<string> => {
  const tables = await query<{ name: string }>(
    service,
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  );
  const rows = await Promise.all(
    tables.map(({ name }) => query<{ row: string }>(service, `select t::text as row from ${name} t`)),
  );
  // What Dapr stores are bytes, which PostgreSQL writes in hexadecimal digits.
  const values = await query<{ row: string }>(
    service,
    `select convert_from(value, 'UTF8') as row from state`,
  );
  return [...rows.flat(), ...values].map(({ row }) => row).join('\n');
};
const found = (text: string): readonly string[] => traces.filter((trace) => text.includes(trace));
const replicated = async () =>
  (
    await query<{ name: string | null; mobile_number: string | null }>(
      'accounts',
      `select name, mobile_number from customer_replica where customer_id = '${customerId}'`,
    )
  )[0];

describe('the personal data of a customer', () => {
  const customers = () => services.api('customers');

  it('reaches the replica of another service, although the broker does not see it', async () => {
    expect((await customers().post('/customers', { customerId, ...person })).status).toBe(201);
    const change = { changeId: 'c1', mobileNumber: newNumber };
    expect((await customers().post(`/customers/${customerId}/mobile-number`, change)).status).toBe(200);
    await until(
      async () => expect(await replicated()).toEqual({ name: person.name, mobile_number: newNumber }),
      {
        what: 'the replica',
        timeoutMs: 10_000,
      },
    );
  });

  it('is in no row of the owner in plain text', async () => {
    const rows = await dump('customers');
    expect(rows).toContain(customerId);
    expect(found(rows)).toEqual([]);
  });

  it('is returned by mobile number and in the feed to authorized callers', async () => {
    expect(
      (await customers().get(`/customers?mobileNumber=${encodeURIComponent(newNumber)}`)).body,
    ).toMatchObject({
      customerId,
    });
    const page = (await customers().get('/feed')).body;
    expect((page['events'] as readonly object[])[0]).toMatchObject({ data: { customerId, ...person } });
  });

  it('keeps other customers from taking the number', async () => {
    const rejected = await customers().post('/customers', { customerId: 'eva', ...person });
    expect(rejected.status).toBe(409);
  });

  it('is gone from every service once forgotten', async () => {
    const change = `/customers/${customerId}/mobile-number/c1`;
    expect((await customers().post(`${change}/settlement`)).status).toBe(200);
    expect(await bankClient(services).deactivate(customerId)).toBe('200');
    expect((await customers().post(`/customers/${customerId}/forget`)).status).toBe(200);
    await until(async () => expect(await replicated()).toEqual({ name: null, mobile_number: null }), {
      what: 'an empty replica',
      timeoutMs: 10_000,
    });
    for (const service of ['customers', 'accounts']) expect(found(await dump(service))).toEqual([]);
    const responses = await Promise.all(
      [
        `/customers/${customerId}`,
        `/streams/customer-${customerId}`,
        `/streams/customer-${customerId}?revision=1`,
        '/feed',
      ].map((path) => customers().get(path)),
    );
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(found(JSON.stringify(responses.map(({ body }) => body)))).toEqual([]);
    expect(responses[0]!.body).toEqual({ customerId, status: 'forgotten' });
  });

  it('has no key once forgotten', async () =>
    expect(
      await query('customers', `select key from state where key like 'u/key/customer-${customerId}'`),
    ).toEqual([]));

  it('releases its mobile numbers once forgotten', async () => {
    for (const [other, mobileNumber] of [
      ['eva', person.mobileNumber],
      ['ida', newNumber],
    ] as const)
      expect(
        (await customers().post('/customers', { ...person, customerId: other, mobileNumber })).status,
      ).toBe(201);
  });

  it('stays forgotten after a restart', async () => {
    const running = services.process('customers');
    const before = running.pid!;
    running.kill();
    await running.whenRestarted(before);
    expect((await customers().get(`/customers/${customerId}`)).body).toEqual({
      customerId,
      status: 'forgotten',
    });
    expect((await customers().get('/customers/eva')).body).toMatchObject(person);
  });
});
