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
import { randomUUID } from 'node:crypto';

describe('the accounts service on its real dependencies', () => {
  let services: TestServices;
  let accounts: Api;
  let bank: BankClient;

  const open = async (amountCents = 0): Promise<string> => (await bank.openAccount(amountCents)).path;
  const balance = async (account: string) => (await accounts.get(account)).body['balanceCents'];

  beforeAll(async () => {
    services = await startServices(['customers', 'accounts']);
    accounts = services.api('accounts');
    bank = bankClient(services);
  }, START_WITHIN_MS);
  afterAll(() => services.stop());

  it('opens an account for a customer who has just registered', async () => {
    const { customerId } = await bank.register();
    const { status, body } = await accounts.post('/accounts', { customerId });
    expect({ status, body }).toEqual({
      status: 201,
      body: { accountNumber: expect.stringMatching(/^\d{10}$/) },
    });
    expect((await accounts.get(`/accounts?customerId=${customerId}`)).body).toEqual({
      accounts: [
        {
          ...body,
          customerId,
          currency: 'EUR',
          status: 'open',
          balanceCents: 0,
          transferableTodayCents: 1_000_000,
        },
      ],
    });
  });

  it('finds a customer by the mobile number of a moment ago', async () => {
    const byNumber = async (mobileNumber: string) =>
      outcomeOf(await accounts.get(`/accounts?mobileNumber=${encodeURIComponent(mobileNumber)}`));
    const found = async () => {
      const { path, mobileNumber } = await bank.register();
      const registered = await byNumber(mobileNumber);
      const change = { changeId: randomUUID(), mobileNumber: bank.newMobileNumber() };
      await services.api('customers').post(`${path}/mobile-number`, change);
      return [registered, await byNumber(change.mobileNumber)];
    };
    const all = await Promise.all(Array.from({ length: 20 }, found));
    expect(all).toEqual(all.map(() => ['200', '200']));
  });

  it('rejects an unknown customer', async () => {
    const response = await accounts.post('/accounts', { customerId: 'unknown' });
    expect(outcomeOf(response)).toBe('404 customer-not-found');
  });

  it('opens one of several accounts requested concurrently', async () => {
    const { customerId } = await bank.register();
    const responses = await Promise.all(
      Array.from({ length: 10 }, () => accounts.post('/accounts', { customerId })),
    );
    expect(tally(responses)).toEqual({ '201': 1, '409 savings-account-exists': 9 });
  });

  it('returns the recorded outcome to a repeat, even if the command had no effect at first and would have one now', async () => {
    const account = await open();
    const [first, again] = [randomUUID(), randomUUID()];
    const freeze = async (key: string) => outcomeOf(await accounts.post(`${account}/freeze`, {}, key));
    expect([await freeze(first), await freeze(again)]).toEqual(['200', '200']);
    await accounts.post(`${account}/unfreeze`);
    expect([await freeze(first), await freeze(again)]).toEqual(['200', '200']);
    expect((await accounts.get(account)).body['status']).toBe('open');
    const other = await accounts.post(`${account}/deposits`, { amountCents: 1 }, again);
    expect(outcomeOf(other)).toBe('422 idempotency-key-reused');
  });

  it('returns the new balance after deposits, withdrawals and cancellations', async () => {
    const account = await open();
    const deposit = await accounts.post(`${account}/deposits`, { amountCents: 100 });
    expect(deposit).toMatchObject({ status: 201, body: { balanceCents: 100 } });
    const withdrawal = await accounts.post(`${account}/withdrawals`, { amountCents: 30 });
    expect(withdrawal).toMatchObject({ status: 201, body: { balanceCents: 70 } });
    expect(withdrawal.headers.get('consistency-token')).toBe(`accounts/account-${account.slice(10)}@3`);
    const tooMuch = await accounts.post(`${account}/withdrawals`, { amountCents: 71 });
    expect(outcomeOf(tooMuch)).toBe('422 insufficient-funds');
    const withdrawalId = String(withdrawal.body['withdrawalId']);
    const cancelled = await accounts.post(`${account}/withdrawals/${withdrawalId}/cancellation`);
    expect(cancelled).toMatchObject({ status: 200, body: { balanceCents: 100 } });
  });

  it('credits a refund to an account that the customer opened a moment ago, once the one that paid is closed', async () => {
    const refunded = async () => {
      const { customerId, path, accountNumber } = await bank.openAccount();
      await accounts.get(`/accounts?customerId=${customerId}`);
      await accounts.post(`${path}/close`);
      const opened = await accounts.post('/accounts', { customerId });
      const refund = { refundId: randomUUID(), orderId: 'o1', amountCents: 30, customerId, currency: 'EUR' };
      const credited = await accounts.post('/accounts/refunds', { ...refund, account: accountNumber });
      const later = await accounts.get(`/accounts/${String(opened.body['accountNumber'])}`);
      return [outcomeOf(credited), later.body['balanceCents']];
    };
    const all = await Promise.all(Array.from({ length: 20 }, refunded));
    expect(all).toEqual(all.map(() => ['200', 30]));
  });

  it('rejects a withdrawal whose cancellation arrived first', async () => {
    const account = await open(100);
    expect((await accounts.post(`${account}/withdrawals/w1/cancellation`)).status).toBe(200);
    const late = await accounts.post(`${account}/withdrawals`, { amountCents: 1, withdrawalId: 'w1' });
    expect(outcomeOf(late)).toBe('409 withdrawal-cancelled');
    expect(await balance(account)).toBe(100);
  });

  it('returns the first response to a repeat, and rejects the key for a different request', async () => {
    const account = await open();
    const first = await accounts.post(`${account}/deposits`, { amountCents: 100 }, 'key-of-a-deposit');
    await accounts.post(`${account}/withdrawals`, { amountCents: 100 });
    const again = await accounts.post(`${account}/deposits`, { amountCents: 100 }, 'key-of-a-deposit');
    expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const other = await accounts.post(`${account}/deposits`, { amountCents: 101 }, 'key-of-a-deposit');
    expect(outcomeOf(other)).toBe('422 idempotency-key-reused');
    expect(await balance(account)).toBe(0);
  });

  it('accepts one of many concurrent withdrawals of the whole balance', async () => {
    const account = await open(100);
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => accounts.post(`${account}/withdrawals`, { amountCents: 100 })),
    );
    expect(tally(responses)).toEqual({ '201': 1, '422 insufficient-funds': 19 });
    expect(await balance(account)).toBe(0);
  });

  it('returns the money of a withdrawal that the state has evicted', async () => {
    const account = await open(1_000);
    await accounts.post(`${account}/withdrawals`, { amountCents: 500, withdrawalId: 'old' });
    for (let batch = 0; batch < 30; batch += 1)
      await Promise.all(
        Array.from({ length: 10 }, () => accounts.post(`${account}/withdrawals`, { amountCents: 1 })),
      );
    expect(await balance(account)).toBe(200);
    await accounts.post(`${account}/withdrawals/old/cancellation`);
    await accounts.post(`${account}/withdrawals/old/cancellation`);
    expect(await balance(account)).toBe(700);
  });

  it('freezes, unfreezes and closes an account', async () => {
    const account = await open(1);
    const ask = async (path: string, body?: object) =>
      outcomeOf(await accounts.post(`${account}/${path}`, body));
    expect(await ask('freeze')).toBe('200');
    expect(await ask('withdrawals', { amountCents: 1 })).toBe('409 account-not-open');
    expect(await ask('unfreeze')).toBe('200');
    expect(await ask('close')).toBe('409 balance-not-zero');
    expect(await ask('withdrawals', { amountCents: 1 })).toBe('201');
    expect(await ask('close')).toBe('200');
    expect((await accounts.get(account)).body['status']).toBe('closed');
  });

  it.each([
    ['an amount of 0', { amountCents: 0 }, '/amountCents'],
    ['half a cent', { amountCents: 0.5 }, '/amountCents'],
    ['text for an amount', { amountCents: '1' }, '/amountCents'],
    ['an unknown field', { amountCents: 1, amount: 1 }, '/amount'],
  ])('rejects %s, names the field and changes nothing', async (_what, body, pointer) => {
    const account = await open(5);
    const response = await accounts.post(`${account}/withdrawals`, body);
    expect(response).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-request', errors: [{ pointer }] },
    });
    expect(await balance(account)).toBe(5);
  });

  it('responds with 404 for an unknown account', async () => {
    expect((await accounts.get('/accounts/1234567890')).status).toBe(404);
    const deposit = await accounts.post('/accounts/1234567890/deposits', { amountCents: 1 });
    expect(outcomeOf(deposit)).toBe('404 account-not-found');
  });

  it('loses nothing when it is killed', async () => {
    const account = await open(100);
    const process = services.process('accounts');
    const { pid } = process;
    process.kill('SIGKILL');
    await process.whenRestarted(pid);
    expect(await balance(account)).toBe(100);
    expect((await accounts.post(`${account}/withdrawals`, { amountCents: 100 })).status).toBe(201);
  });

  it('publishes its events in the order of the commits', async () => {
    const account = await open(100);
    const events = await publishedAbout(accounts, `account-${account.slice(10)}`);
    expect(events.map(({ type }) => type)).toEqual([
      'accounts.account-opened.v1',
      'accounts.money-deposited.v1',
    ]);
  });
});
