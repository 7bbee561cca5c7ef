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

describe('the loans service on its real dependencies', () => {
  let services: TestServices;
  let loans: Api;
  let bank: BankClient;

  const grant = (totalCents?: number, customerId?: string) => bank.grantLoan(totalCents, customerId);
  const ask = async (path: string, body?: object) => outcomeOf(await loans.post(path, body));
  const debt = async (path: string) => {
    const { totalCents, paidCents, outstandingCents } = (await loans.get(path)).body;
    return { totalCents, paidCents, outstandingCents };
  };

  beforeAll(async () => {
    services = await startServices(['customers', 'loans']);
    loans = services.api('loans');
    bank = bankClient(services);
  }, START_WITHIN_MS);
  afterAll(() => services.stop());

  it('grants a loan to a customer who has just registered', async () => {
    const { customerId, loanNumber, path } = await grant();
    expect(loanNumber).toMatch(/^\d{10}$/);
    const granted = { totalCents: 1_000, paidCents: 0, outstandingCents: 1_000 };
    const known = { loanNumber, customerId, currency: 'EUR', status: 'open', ...granted };
    expect((await loans.get(path)).body).toEqual(known);
    expect((await loans.get(`/loans?customerId=${customerId}`)).body).toEqual({ loans: [known] });
  });

  it('never takes more than is outstanding from concurrent repayments', async () => {
    const { path } = await grant(1_000);
    const responses = await Promise.all(
      Array.from({ length: 15 }, () => loans.post(`${path}/repayments`, { amountCents: 100 })),
    );
    expect(tally(responses)).toEqual({ '201': 10, '422 repayment-exceeds-debt': 5 });
    expect(await debt(path)).toEqual({ totalCents: 1_000, paidCents: 1_000, outstandingCents: 0 });
  });

  it('counts a repeated repayment once', async () => {
    const { path } = await grant();
    const repayment = { amountCents: 100, repaymentId: 'r1' };
    for (let times = 0; times < 3; times += 1) expect(await ask(`${path}/repayments`, repayment)).toBe('201');
    expect(await ask(`${path}/repayments`, { ...repayment, amountCents: 1 })).toBe('409 repayment-id-reused');
    expect(await debt(path)).toMatchObject({ paidCents: 100 });
  });

  it('locks a loan for review, unlocks it and closes it', async () => {
    const { path } = await grant();
    expect(await ask(`${path}/lock`)).toBe('200');
    expect(await ask(`${path}/repayments`, { amountCents: 1_000 })).toBe('201');
    expect(await ask(`${path}/close`)).toBe('409 loan-locked');
    expect(await ask(`${path}/unlock`)).toBe('200');
    expect(await ask(`${path}/close`)).toBe('200');
    expect(await ask(`${path}/lock`)).toBe('409 loan-closed');
    expect((await loans.get(path)).body['status']).toBe('closed');
  });

  it('does not close a loan with one cent outstanding', async () => {
    const { path } = await grant();
    await ask(`${path}/repayments`, { amountCents: 999 });
    expect(await ask(`${path}/close`)).toBe('409 loan-not-repaid');
  });

  it('rejects unknown customers and loans', async () => {
    expect(await ask('/loans', { customerId: 'unknown', totalCents: 1 })).toBe('404 customer-not-found');
    expect(await ask('/loans/2000000019/repayments', { amountCents: 1 })).toBe('404 loan-not-found');
    expect((await loans.get('/loans/2000000019')).status).toBe(404);
  });

  it.each([
    ['a loan of 0', '/loans', { customerId: 'ada', totalCents: 0 }, '/totalCents'],
    ['a negative repayment', '/loans/2000000019/repayments', { amountCents: -1 }, '/amountCents'],
    ['an unknown field', '/loans/2000000019/repayments', { amountCents: 1, tip: 1 }, '/tip'],
    ['a short number', '/loans/2/lock', undefined, '/loanNumber'],
  ])('rejects %s, and names the field', async (...[, path, body, pointer]) => {
    const response = await loans.post(path, body);
    expect(outcomeOf(response)).toBe('400 invalid-request');
    expect(response.body['errors']).toMatchObject([{ pointer }]);
  });

  it('publishes its events in the order of the commits', async () => {
    const { path, loanNumber } = await grant();
    await ask(`${path}/lock`);
    await ask(`${path}/unlock`);
    await ask(`${path}/repayments`, { amountCents: 1_000 });
    await ask(`${path}/close`);
    const events = await publishedAbout(loans, `loan-${loanNumber}`);
    expect(events.map(({ type }) => type)).toEqual([
      'loans.loan-granted.v1',
      'loans.loan-locked.v1',
      'loans.loan-unlocked.v1',
      'loans.loan-repaid.v1',
      'loans.loan-closed.v1',
    ]);
  });
});
