import { randomUUID } from 'node:crypto';
import {
  bankClient,
  outcomeOf,
  START_WITHIN_MS,
  startServices,
  until,
  type BankClient,
  type TestServices,
} from '@bankside/tools';

describe('an orchestrated change of a mobile number in accounts, cards and loans', () => {
  const REPLICAS = ['accounts', 'cards', 'loans'] as const;
  let services: TestServices;
  let bank: BankClient;
  beforeAll(async () => {
    services = await startServices(['customers', ...REPLICAS]);
    bank = bankClient(services);
  }, START_WITHIN_MS);
  afterAll(() => services.stop());

  const post = async (service: 'customers' | (typeof REPLICAS)[number], path: string, body: object = {}) =>
    outcomeOf(await services.api(service).post(path, body));
  const begin = async () => {
    const { customerId, path: at } = await bank.register();
    const [changeId, requested] = [randomUUID(), bank.newMobileNumber()];
    const request = { changeId, mobileNumber: requested };
    expect(await post('customers', `${at}/mobile-number/requests`, request)).toBe('200');
    return {
      customerId,
      changeId,
      requested,
      number: `${at}/mobile-number`,
      here: `${at}/number-changes`,
    };
  };
  const acknowledged = (service: (typeof REPLICAS)[number], path: string, changeId: string) =>
    until(async () => expect(await post(service, path, { changeId })).toBe('200'), {
      what: 'the replica',
      timeoutMs: 10_000,
    });

  it('is acknowledged by every replica before it is settled', async () => {
    const { customerId, changeId, number, here, requested } = await begin();
    for (const service of REPLICAS) expect(await post(service, here, { changeId })).toBe('503 view-behind');
    expect(await post('customers', number, { changeId })).toBe('200');
    for (const service of REPLICAS) await acknowledged(service, here, changeId);
    expect(await post('customers', `${number}/${changeId}/settlement`)).toBe('200');
    const found = await services.api('loans').get(`/loans?mobileNumber=${encodeURIComponent(requested)}`);
    expect({ status: found.status, body: found.body }).toEqual({ status: 200, body: { loans: [] } });
    expect((await services.api('customers').get(`/customers/${customerId}`)).body).toMatchObject({
      mobileNumber: requested,
    });
  });

  it('is rejected while a loan is under review, and accepted afterwards', async () => {
    const { customerId, changeId, number, here } = await begin();
    const { path: loan } = await bank.grantLoan(1_000, customerId);
    expect(await post('loans', `${loan}/lock`)).toBe('200');
    await post('customers', number, { changeId });
    await until(async () => expect(await post('loans', here, { changeId })).toBe('409 loan-locked'), {
      what: 'the rejection',
      timeoutMs: 10_000,
    });
    expect(await post('loans', `${loan}/unlock`)).toBe('200');
    expect(await post('loans', here, { changeId })).toBe('200');
    expect(await post('loans', `${loan}/lock`)).toBe('200');
    expect(await post('loans', here, { changeId })).toBe('200'); // Stays accepted.
  });

  it.each(REPLICAS)('is rejected by %s after its roll-back', async (service) => {
    const { changeId, number, here } = await begin();
    await post('customers', number, { changeId });
    for (let times = 0; times < 2; times += 1)
      expect(await post(service, `${here}/${changeId}/roll-back`)).toBe('200');
    expect(await post(service, here, { changeId })).toBe('409 mobile-number-change-rolled-back');
  });
});
