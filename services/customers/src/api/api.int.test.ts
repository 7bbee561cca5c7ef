import { randomUUID } from 'node:crypto';
import { customersEvents } from '@bankside/contracts';
import {
  outcomeOf,
  publishedAbout,
  START_WITHIN_MS,
  startServices,
  tally,
  type Api,
  type TestServices,
} from '@bankside/tools';

describe('the customers service on its real dependencies', () => {
  let services: TestServices;
  let customers: Api;
  let lastNumber = 710_000_000;

  const newNumber = () => `0${(lastNumber += 1)}`;
  const personOf = (mobileNumber = newNumber()) => ({
    customerId: randomUUID(),
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    mobileNumber,
  });
  const register = async () => {
    const person = personOf();
    expect(outcomeOf(await customers.post('/customers', person))).toBe('201');
    return { ...person, path: `/customers/${person.customerId}` };
  };
  const owner = async (number: string) =>
    (await customers.get(`/customers?mobileNumber=${number}`)).body['customerId'];

  beforeAll(async () => {
    services = await startServices(['customers']);
    customers = services.api('customers');
  }, START_WITHIN_MS);
  afterAll(() => services.stop());

  it('registers a customer, who is then found by id and by mobile number', async () => {
    const { path, ...person } = await register();
    const known = { ...person, status: 'active' };
    expect((await customers.get(path)).body).toEqual(known);
    expect((await customers.get(`/customers?mobileNumber=${person.mobileNumber}`)).body).toEqual(known);
  });

  it('notices a key that was used for another change of the person', async () => {
    const { path } = await register();
    const key = randomUUID();
    const change = async (body: object) => outcomeOf(await customers.patch(path, body, key));
    expect(await change({ name: 'Augusta Ada King' })).toBe('200');
    expect(await change({ name: 'Augusta Ada King' })).toBe('200');
    expect(await change({ email: 'king@example.com' })).toBe('422 idempotency-key-reused');
  });

  it('lets one of a hundred registrations at once have a mobile number', async () => {
    const number = newNumber();
    const people = Array.from({ length: 100 }, () => personOf(number));
    const answers = await Promise.all(people.map((person) => customers.post('/customers', person)));
    expect(tally(answers)).toEqual({ '201': 1, '409 mobile-number-taken': 99 });
    const winner = people[answers.findIndex(({ status }) => status === 201)];
    expect(await owner(number)).toBe(winner?.customerId);
  });

  it('changes name and e-mail address in one request', async () => {
    const { path } = await register();
    const change = { name: 'Augusta Ada King', email: 'king@example.com' };
    expect(outcomeOf(await customers.patch(path, change))).toBe('200');
    expect((await customers.get(path)).body).toMatchObject(change);
  });

  it('changes only what the caller has read, when the caller asks for that', async () => {
    const { path } = await register();
    const tag = (await customers.get(path)).headers.get('etag')!;
    const change = async (key: string, body: object) => {
      const answer = await fetch(`${services.url('customers')}${path}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', 'idempotency-key': key, 'if-match': tag },
        body: JSON.stringify(body),
      });
      return [answer.status, answer.headers.get('etag')];
    };
    const both = { name: 'Augusta Ada King', email: 'king@example.com' };
    expect([tag, await change('k1', both)]).toEqual(['"1"', [200, '"3"']]);
    expect(await change('k1', both)).toEqual([200, '"3"']);
    expect(await change('k2', { name: 'Another One' })).toEqual([412, '"3"']);
    expect((await customers.get(path)).body).toMatchObject(both);
  });

  it('holds both numbers while a change is open, and frees the old one when it is settled', async () => {
    const { path, mobileNumber, customerId } = await register();
    const other = newNumber();
    await customers.post(`${path}/mobile-number`, { changeId: 'c1', mobileNumber: other });
    expect([await owner(other), await owner(mobileNumber)]).toEqual([customerId, undefined]);
    const early = await customers.post('/customers', personOf(mobileNumber));
    expect(outcomeOf(early)).toBe('409 mobile-number-taken');
    await customers.post(`${path}/mobile-number/c1/settlement`);
    expect(outcomeOf(await customers.post('/customers', personOf(mobileNumber)))).toBe('201');
  });

  it('rolls a change back, and refuses it when it comes again', async () => {
    const { path, mobileNumber, customerId } = await register();
    const change = { changeId: 'c1', mobileNumber: newNumber() };
    await customers.post(`${path}/mobile-number`, change);
    expect(outcomeOf(await customers.post(`${path}/mobile-number/c1/roll-back`))).toBe('200');
    expect(await owner(mobileNumber)).toBe(customerId);
    const again = await customers.post(`${path}/mobile-number`, change);
    expect(outcomeOf(again)).toBe('409 mobile-number-change-rolled-back');
    expect(outcomeOf(await customers.post('/customers', personOf(change.mobileNumber)))).toBe('201');
  });

  it('rejects a number that somebody has', async () => {
    const [one, two] = [await register(), await register()];
    const change = { changeId: 'c1', mobileNumber: two.mobileNumber };
    expect(outcomeOf(await customers.post(`${one.path}/mobile-number`, change))).toBe(
      '409 mobile-number-taken',
    );
    expect((await customers.get(one.path)).body['mobileNumber']).toBe(one.mobileNumber);
  });

  it('frees the number of who leaves, and tells nothing of who is forgotten', async () => {
    const { path, mobileNumber, customerId } = await register();
    expect(outcomeOf(await customers.post(`${path}/deactivation`))).toBe('200');
    expect(outcomeOf(await customers.post('/customers', personOf(mobileNumber)))).toBe('201');
    expect(outcomeOf(await customers.post(`${path}/forget`))).toBe('200');
    expect((await customers.get(path)).body).toEqual({ customerId, status: 'forgotten' });
  });

  it.each([
    ['a name of 4 characters', { name: 'Ada!' }, '/name'],
    ['a name of 31 characters', { name: 'a'.repeat(31) }, '/name'],
    ['an address without a domain', { email: 'ada@' }, '/email'],
    ['a number of 9 digits', { mobileNumber: '071234567' }, '/mobileNumber'],
    ['an unknown field', { nickname: 'Ada' }, '/nickname'],
  ])('rejects %s, names the field and changes nothing', async (_what, wrong, pointer) => {
    const person = { ...personOf(), ...wrong };
    const answer = await customers.post('/customers', person);
    expect(outcomeOf(answer)).toBe('400 invalid-request');
    expect(answer.body['errors']).toMatchObject([{ pointer }]);
    expect((await customers.get(`/customers/${person.customerId}`)).status).toBe(404);
  });

  it('wants a key for each mutation', async () => {
    const answer = await fetch(`${services.url('customers')}/customers`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(personOf()),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: 'header:Idempotency-Key' }] });
  });

  it('publishes what its contract says, and no more', async () => {
    const { path, customerId } = await register();
    await customers.patch(path, { name: 'Augusta Ada King', email: 'king@example.com' });
    await customers.post(`${path}/mobile-number`, { changeId: 'c1', mobileNumber: newNumber() });
    await customers.post(`${path}/mobile-number/c2/roll-back`);
    await customers.post(`${path}/mobile-number/c1/roll-back`);
    await customers.post(`${path}/deactivation`);
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
    for (const { type, data } of events)
      expect(customersEvents[type as keyof typeof customersEvents].strict().parse(data)).toEqual(data);
  });
});
