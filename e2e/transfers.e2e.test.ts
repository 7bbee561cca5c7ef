import { randomUUID } from 'node:crypto';
import type { ApiClient, ApiReply } from '@bankside/client';
import { outcomeOf, until } from '@bankside/tools';
import { shop, signInAs, type Buyer } from './shop';

describe('money between accounts', () => {
  let staff: ApiClient;
  let ada: Buyer;
  let bob: Buyer;
  let asAda: ApiClient;
  beforeAll(async () => {
    staff = await signInAs({ role: ['teller', 'operator'] });
    [ada, bob] = await Promise.all([shop(staff).buyer(10_000), shop(staff).buyer(0)]);
    asAda = await signInAs({ role: 'customer', customerId: ada.customerId });
  });
  afterAll(() => Promise.all([staff.close(), asAda.close()]));

  /** Repeats a request until its saga has ended. */
  const send = async (
    as: ApiClient,
    path: string,
    { body, key = randomUUID() }: Readonly<{ body: object; key?: string }>,
  ): Promise<ApiReply> => {
    for (;;) {
      const reply = await as.post(path, key, body);
      if (reply.status !== 202) return reply;
    }
  };
  const transfer = (change: object = {}, as = asAda, key = randomUUID()): Promise<ApiReply> =>
    send(as, '/api/transfers', {
      key,
      body: {
        fromAccount: ada.accountNumber,
        toAccount: bob.accountNumber,
        amountCents: 100,
        purpose: 'Rent for March',
        ...change,
      },
    });
  const balances = async () => {
    const of = async ({ accountNumber }: Buyer) =>
      Number((await staff.get(`/api/accounts/${accountNumber}`)).body['balanceCents']);
    return { ada: await of(ada), bob: await of(bob) };
  };
  const linesOf = async ({ customerId }: Buyer) =>
    (await staff.get(`/api/customers/${customerId}/statement`)).body['lines'] as readonly object[];
  const change = async ({ accountNumber }: Buyer, to: 'freeze' | 'unfreeze') =>
    expect((await staff.post(`/api/accounts/${accountNumber}/${to}`, randomUUID(), {})).status).toBe(200);

  it('moves once, and stands in both statements with account and purpose', async () => {
    const before = await balances();
    const key = randomUUID();
    const sent = await transfer({}, asAda, key);
    expect(outcomeOf(sent)).toBe('200');
    expect(await transfer({}, asAda, key)).toMatchObject({ status: 200, body: sent.body });
    expect(await balances()).toEqual({ ada: before.ada - 100, bob: before.bob + 100 });
    const { transferId } = sent.body as Readonly<{ transferId: string }>;
    const shown = { transferId, what: 'transfer', purpose: 'Rent for March' };
    await until(
      async () => {
        expect(await linesOf(ada)).toContainEqual(
          expect.objectContaining({ ...shown, amountCents: -100, counterparty: bob.accountNumber }),
        );
        expect(await linesOf(bob)).toContainEqual(
          expect.objectContaining({ ...shown, amountCents: 100, counterparty: ada.accountNumber }),
        );
        const { transfers } = (await asAda.get(`/api/customers/${ada.customerId}/transfers`))
          .body as Readonly<{
          transfers: readonly object[];
        }>;
        expect(transfers).toContainEqual(
          expect.objectContaining({ transferId, status: 'completed', purpose: 'Rent for March' }),
        );
      },
      { what: 'the statements', timeoutMs: 20_000 },
    );
    const read = await asAda.get(`/api/transfers/${transferId}`);
    expect(read.body).toMatchObject({ status: 'completed', toAccount: bob.accountNumber });
    expect(JSON.stringify(read.body)).not.toContain(bob.customerId);
  });

  it.each([
    ['to the same account', () => ({ toAccount: ada.accountNumber }), '422 same-account'],
    ['of 0', () => ({ amountCents: 0 }), '400 invalid-request'],
    ['of a negative amount', () => ({ amountCents: -1 }), '400 invalid-request'],
    ['above the balance', () => ({ amountCents: 900_000 }), '422 insufficient-funds'],
    ['to an unknown number', () => ({ toAccount: '9999999999' }), '404 counterparty-not-found'],
    ['in another currency', () => ({ currency: 'USD' }), '422 currency-mismatch'],
    [
      'from the account of another customer',
      () => ({ fromAccount: bob.accountNumber, toAccount: ada.accountNumber }),
      '404 account-not-found',
    ],
  ])('%s is rejected with its reason, and again when repeated', async (_what, changed, expected) => {
    const before = await balances();
    const key = randomUUID();
    for (let time = 0; time < 2; time += 1)
      expect(outcomeOf(await transfer(changed(), asAda, key))).toBe(expected);
    expect(await balances()).toEqual(before);
  });

  it('above the limit of the day is rejected, also by many requests at once', async () => {
    const today = (): number => new Date().getUTCDate();
    let day: number;
    let replies: readonly ApiReply[];
    do {
      day = today();
      const rich = await shop(staff).buyer(3_000_000);
      const { body } = await staff.get(`/api/accounts/${rich.accountNumber}`);
      expect(body['transferableTodayCents']).toBe(1_000_000);
      const from = { fromAccount: rich.accountNumber };
      expect(outcomeOf(await transfer({ ...from, amountCents: 1_000_001 }, staff))).toBe(
        '422 transfer-limit-exceeded',
      );
      replies = await Promise.all(
        Array.from({ length: 4 }, () => transfer({ ...from, amountCents: 400_000 }, staff)),
      );
    } while (day !== today()); // Midnight has passed, and with it the limit of the day before.
    const done = replies.filter(({ status }) => status === 200);
    expect(done).toHaveLength(2);
    const refused = replies.filter(({ status }) => status !== 200);
    expect(refused.map(({ body: problem }) => problem['type'])).toEqual(
      refused.map(() => '/problems/transfer-limit-exceeded'),
    );
  });

  it('from a frozen account, or to one, is rejected', async () => {
    const before = await balances();
    await change(ada, 'freeze');
    expect(outcomeOf(await transfer())).toBe('409 account-not-open');
    await change(ada, 'unfreeze');
    await change(bob, 'freeze');
    expect(outcomeOf(await transfer())).toBe('409 counterparty-not-open');
    await change(bob, 'unfreeze');
    expect(await balances()).toEqual(before);
  });

  it('of a loan is paid out to the account and repaid from it', async () => {
    const borrower = await shop(staff).buyer(0);
    const asBorrower = await signInAs({ role: 'customer', customerId: borrower.customerId });
    try {
      const grants = `/api/customers/${borrower.customerId}/loans`;
      const granted = await staff.post(grants, randomUUID(), {
        totalCents: 5_000,
        payOutTo: borrower.accountNumber,
      });
      expect(outcomeOf(granted)).toBe('201');
      const loanNumber = String(granted.body['loanNumber']);
      const loan = async () => (await staff.get(`/api/loans/${loanNumber}`)).body;
      await until(async () => expect(await loan()).toMatchObject({ status: 'open' }), {
        what: 'the payout',
        timeoutMs: 30_000,
      });
      const account = async () => (await staff.get(`/api/accounts/${borrower.accountNumber}`)).body;
      expect(await account()).toMatchObject({ balanceCents: 5_000 });
      const repayment = { fromAccount: borrower.accountNumber, loanNumber, amountCents: 2_000 };
      expect(outcomeOf(await send(asBorrower, '/api/loan-repayments', { body: repayment }))).toBe('200');
      expect(await loan()).toMatchObject({ paidCents: 2_000, outstandingCents: 3_000 });
      expect(await account()).toMatchObject({ balanceCents: 3_000 });
      const tooMuch = { ...repayment, amountCents: 3_000 };
      await staff.post(`/api/loans/${loanNumber}/repayments`, randomUUID(), { amountCents: 1 });
      expect(outcomeOf(await send(asBorrower, '/api/loan-repayments', { body: tooMuch }))).toBe(
        '409 repayment-exceeds-debt',
      );
      expect(await account()).toMatchObject({ balanceCents: 3_000 });
    } finally {
      await asBorrower.close();
    }
  });

  it('of a loan is not owed when its account is frozen', async () => {
    const borrower = await shop(staff).buyer(0);
    await change(borrower, 'freeze');
    const granted = await staff.post(`/api/customers/${borrower.customerId}/loans`, randomUUID(), {
      totalCents: 5_000,
      payOutTo: borrower.accountNumber,
    });
    const path = `/api/loans/${String(granted.body['loanNumber'])}`;
    await until(
      async () =>
        expect((await staff.get(path)).body).toMatchObject({
          status: 'cancelled',
          outstandingCents: 0,
          reason: 'account-not-open',
        }),
      { what: 'the cancellation', timeoutMs: 30_000 },
    );
  });

  it('loses its purpose when its sender is forgotten', async () => {
    const sender = await shop(staff).buyer(100);
    const from = { fromAccount: sender.accountNumber };
    const sent = await transfer({ ...from, purpose: 'For my secret' }, staff);
    const path = `/api/transfers/${String(sent.body['transferId'])}`;
    expect((await staff.get(path)).body).toMatchObject({ purpose: 'For my secret' });
    const forgotten = await send(staff, `/api/customers/${sender.customerId}/forget`, { body: {} });
    expect(outcomeOf(forgotten)).toBe('200');
    await until(async () => expect(JSON.stringify((await staff.get(path)).body)).not.toContain('secret'), {
      what: 'the erasure',
      timeoutMs: 20_000,
    });
  });

  it('balances in the journal', async () => {
    const { status, body } = await staff.get('/api/journal/trial-balance');
    expect(status).toBe(200);
    const { currencies } = body as Readonly<{ currencies: readonly Readonly<{ sumCents: number }>[] }>;
    expect(currencies.length).toBeGreaterThan(0);
    expect(currencies.map(({ sumCents }) => sumCents)).toEqual(currencies.map(() => 0));
  });
});
