import { randomUUID } from 'node:crypto';
import {
  bankClient,
  outcomeOf,
  publishedAbout,
  START_WITHIN_MS,
  startServices,
  tally,
  type Api,
  type BankClient,
  type TestServices,
} from '@bankside/tools';

describe('the customers service on its real dependencies', () => {
  let services: TestServices;
  let customers: Api;
  let bank: BankClient;

  const personOf = (mobileNumber = bank.newMobileNumber()) => ({ ...bank.newPerson(), mobileNumber });
  const owner = async (number: string) =>
    (await customers.get(`/customers?mobileNumber=${encodeURIComponent(number)}`)).body['customerId'];

  beforeAll(async () => {
    services = await startServices(['customers']);
    customers = services.api('customers');
    bank = bankClient(services);
  }, START_WITHIN_MS);
  afterAll(() => services.stop());

  it('finds a registered customer by id and by mobile number', async () => {
    const { path, ...person } = await bank.register();
    const known = { ...person, status: 'active' };
    expect((await customers.get(path)).body).toEqual(known);
    expect(
      (await customers.get(`/customers?mobileNumber=${encodeURIComponent(person.mobileNumber)}`)).body,
    ).toEqual(known);
  });

  it('rejects a key that was used for a different change', async () => {
    const { path } = await bank.register();
    const key = randomUUID();
    const change = async (body: object) => outcomeOf(await customers.patch(path, body, key));
    expect(await change({ name: 'Augusta Ada King' })).toBe('200');
    expect(await change({ name: 'Augusta Ada King' })).toBe('200');
    expect(await change({ email: 'king@example.com' })).toBe('422 idempotency-key-reused');
  });

  it('accepts one of a hundred concurrent registrations of a mobile number', async () => {
    const number = bank.newMobileNumber();
    const people = Array.from({ length: 100 }, () => personOf(number));
    const responses = await Promise.all(people.map((person) => customers.post('/customers', person)));
    expect(tally(responses)).toEqual({ '201': 1, '409 mobile-number-taken': 99 });
    const winner = people[responses.findIndex(({ status }) => status === 201)];
    expect(await owner(number)).toBe(winner?.customerId);
  });

  it('changes name and e-mail address in one request', async () => {
    const { path } = await bank.register();
    const change = { name: 'Augusta Ada King', email: 'king@example.com' };
    expect(outcomeOf(await customers.patch(path, change))).toBe('200');
    expect((await customers.get(path)).body).toMatchObject(change);
  });

  it('rejects a change of a revision that the caller has not read', async () => {
    const { path } = await bank.register();
    const tag = (await customers.get(path)).headers.get('etag')!;
    const change = async (key: string, body: object) => {
      const response = await fetch(`${services.url('customers')}${path}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', 'idempotency-key': key, 'if-match': tag },
        body: JSON.stringify(body),
      });
      return [response.status, response.headers.get('etag')];
    };
    const both = { name: 'Augusta Ada King', email: 'king@example.com' };
    expect([tag, await change('k1', both)]).toEqual(['"1"', [200, '"3"']]);
    expect(await change('k1', both)).toEqual([200, '"3"']);
    expect(await change('k2', { name: 'Another One' })).toEqual([412, '"3"']);
    expect((await customers.get(path)).body).toMatchObject(both);
  });

  it('holds both numbers during a change, and releases the old one when it is settled', async () => {
    const { path, mobileNumber, customerId } = await bank.register();
    const other = bank.newMobileNumber();
    await customers.post(`${path}/mobile-number`, { changeId: 'c1', mobileNumber: other });
    expect([await owner(other), await owner(mobileNumber)]).toEqual([customerId, undefined]);
    const early = await customers.post('/customers', personOf(mobileNumber));
    expect(outcomeOf(early)).toBe('409 mobile-number-taken');
    await customers.post(`${path}/mobile-number/c1/settlement`);
    expect(outcomeOf(await customers.post('/customers', personOf(mobileNumber)))).toBe('201');
  });

  it('rolls a change back, and rejects it when it is repeated', async () => {
    const { path, mobileNumber, customerId } = await bank.register();
    const change = { changeId: 'c1', mobileNumber: bank.newMobileNumber() };
    await customers.post(`${path}/mobile-number`, change);
    expect(outcomeOf(await customers.post(`${path}/mobile-number/c1/roll-back`))).toBe('200');
    expect(await owner(mobileNumber)).toBe(customerId);
    const again = await customers.post(`${path}/mobile-number`, change);
    expect(outcomeOf(again)).toBe('409 mobile-number-change-rolled-back');
    expect(outcomeOf(await customers.post('/customers', personOf(change.mobileNumber)))).toBe('201');
  });

  it('rejects a number that another customer holds', async () => {
    const [one, two] = [await bank.register(), await bank.register()];
    const change = { changeId: 'c1', mobileNumber: two.mobileNumber };
    expect(outcomeOf(await customers.post(`${one.path}/mobile-number`, change))).toBe(
      '409 mobile-number-taken',
    );
    expect((await customers.get(one.path)).body['mobileNumber']).toBe(one.mobileNumber);
  });

  it('releases the number of an inactive customer, and returns no data of a forgotten one', async () => {
    const { path, mobileNumber, customerId } = await bank.register();
    expect(await bank.deactivate(customerId)).toBe('200');
    expect(outcomeOf(await customers.post('/customers', personOf(mobileNumber)))).toBe('201');
    expect(outcomeOf(await customers.post(`${path}/forget`))).toBe('200');
    expect((await customers.get(path)).body).toEqual({ customerId, status: 'forgotten' });
  });

  it('deactivates a customer in a closure only, and forgets only customers who have left', async () => {
    const { path } = await bank.register();
    const closure = { closureId: randomUUID() };
    expect(outcomeOf(await customers.post(`${path}/forget`))).toBe('409 customer-cannot-leave');
    expect(outcomeOf(await customers.post(`${path}/closures/deactivation`, closure))).toBe(
      '409 customer-cannot-leave',
    );
    expect(outcomeOf(await customers.post(`${path}/closures/start`, closure))).toBe('200');
    expect((await customers.get(path)).body).toMatchObject({ status: 'leaving' });
    expect(outcomeOf(await customers.patch(path, { name: 'Augusta Ada King' }))).toBe('409 customer-leaving');
    expect(outcomeOf(await customers.post(`${path}/closures/reversal`, closure))).toBe('200');
    expect((await customers.get(path)).body).toMatchObject({ status: 'active' });
    expect(outcomeOf(await customers.post(`${path}/closures/deactivation`, closure))).toBe(
      '409 customer-cannot-leave',
    );
  });

  it.each([
    ['a name without a letter', { name: '1984' }, '/name'],
    ['a name of 101 characters', { name: 'a'.repeat(101) }, '/name'],
    ['an address without a domain', { email: 'ada@' }, '/email'],
    ['a number without its country', { mobileNumber: '0712345678' }, '/mobileNumber'],
    ['an unknown field', { nickname: 'Ada' }, '/nickname'],
  ])('rejects %s, names the field and changes nothing', async (_what, wrong, pointer) => {
    const person = { ...personOf(), ...wrong };
    const response = await customers.post('/customers', person);
    expect(outcomeOf(response)).toBe('400 invalid-request');
    expect(response.body['errors']).toMatchObject([{ pointer }]);
    expect((await customers.get(`/customers/${person.customerId}`)).status).toBe(404);
  });

  it('requires an idempotency key', async () => {
    const response = await fetch(`${services.url('customers')}/customers`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(personOf()),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer: 'header:Idempotency-Key' }] });
  });

  it('publishes its public events in the order of the commits', async () => {
    const { path, customerId } = await bank.register();
    await customers.patch(path, { name: 'Augusta Ada King', email: 'king@example.com' });
    await customers.post(`${path}/mobile-number`, { changeId: 'c1', mobileNumber: bank.newMobileNumber() });
    await customers.post(`${path}/mobile-number/c2/roll-back`);
    await customers.post(`${path}/mobile-number/c1/roll-back`);
    expect(await bank.deactivate(customerId)).toBe('200');
    await customers.post(`${path}/forget`);
    const events = await publishedAbout(customers, `customer-${customerId}`);
    expect(events.map(({ type }) => type)).toEqual([
      'customers.customer-registered.v1',
      'customers.customer-renamed.v1',
      'customers.email-changed.v1',
      'customers.mobile-number-changed.v1',
      'customers.mobile-number-rolled-back.v1',
      'customers.customer-deactivated.v1',
      'customers.customer-forgotten.v1',
    ]);
  });
});
