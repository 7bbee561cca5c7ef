import { randomUUID } from 'node:crypto';
import { outcomeOf, START_WITHIN_MS, startServices, until, type TestServices } from '@bankside/tools';

describe('the part of accounts, cards and loans in a change of a mobile number', () => {
  const COPIES = ['accounts', 'cards', 'loans'] as const;
  let services: TestServices;
  let lastNumber = 760_000_000;
  beforeAll(async () => {
    services = await startServices(['customers', ...COPIES]);
  }, START_WITHIN_MS);
  afterAll(() => services.stop());

  const post = async (service: 'customers' | (typeof COPIES)[number], path: string, body: object = {}) =>
    outcomeOf(await services.api(service).post(path, body));
  const newNumber = () => `0${(lastNumber += 1)}`;
  const begin = async () => {
    const [customerId, changeId, mobileNumber] = [randomUUID(), randomUUID(), newNumber()];
    const person = { customerId, name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber };
    expect(await post('customers', '/customers', person)).toBe('201');
    const at = `/customers/${customerId}`;
    const requested = newNumber();
    const request = { changeId, mobileNumber: requested };
    expect(await post('customers', `${at}/mobile-number/requests`, request)).toBe('200');
    return {
      customerId,
      changeId,
      at,
      requested,
      number: `${at}/mobile-number`,
      here: `${at}/number-changes`,
    };
  };
  const acknowledged = (service: (typeof COPIES)[number], path: string, changeId: string) =>
    until(async () => expect(await post(service, path, { changeId })).toBe('200'), {
      what: 'the copy',
      timeoutMs: 10_000,
    });

  it('makes the number that was requested, and is known everywhere before it is settled', async () => {
    const { customerId, changeId, number, here, requested } = await begin();
    for (const service of COPIES) expect(await post(service, here, { changeId })).toBe('503 view-behind');
    expect(await post('customers', number, { changeId })).toBe('200');
    for (const service of COPIES) await acknowledged(service, here, changeId);
    expect(await post('customers', `${number}/${changeId}/settlement`)).toBe('200');
    const found = await services.api('loans').get(`/loans?mobileNumber=${requested}`);
    expect([found.status, found.body]).toEqual([200, { loans: [] }]);
    expect((await services.api('customers').get(`/customers/${customerId}`)).body).toMatchObject({
      mobileNumber: requested,
    });
  });

  it('is refused by a loan under review, and not after it', async () => {
    const { customerId, changeId, number, here } = await begin();
    const granted = await services.api('loans').post('/loans', { customerId, totalCents: 1_000 });
    const loan = `/loans/${String(granted.body['loanNumber'])}`;
    expect(await post('loans', `${loan}/lock`)).toBe('200');
    await post('customers', number, { changeId });
    await until(async () => expect(await post('loans', here, { changeId })).toBe('409 loan-locked'), {
      what: 'the refusal',
      timeoutMs: 10_000,
    });
    expect(await post('loans', `${loan}/unlock`)).toBe('200');
    expect(await post('loans', here, { changeId })).toBe('200');
    expect(await post('loans', `${loan}/lock`)).toBe('200');
    expect(await post('loans', here, { changeId })).toBe('200'); // It was accepted before.
  });

  it.each(COPIES)('%s refuse what comes after its roll-back', async (service) => {
    const { changeId, number, here } = await begin();
    await post('customers', number, { changeId });
    for (let times = 0; times < 2; times += 1)
      expect(await post(service, `${here}/${changeId}/roll-back`)).toBe('200');
    expect(await post(service, here, { changeId })).toBe('409 mobile-number-change-rolled-back');
  });
});
