import { randomUUID } from 'node:crypto';
import type { ApiClient, ApiReply } from '@bankside/client';
import { outcomeOf, until } from '@bankside/tools';
import { without } from './control';
import { hasOwnBroker, shop, signInAs, truth, type Buyer } from './shop';

// A customer leaves: who may, what is closed, what is undone, and what races with it.

const reasonsOf = ({ body }: ApiReply): readonly string[] =>
  ((body['reasons'] ?? []) as readonly Readonly<{ type: string }>[]).map(({ type }) =>
    type.replace('/problems/', ''),
  );
const NOT_ACTIVE = '409 customer-not-active';

describe('a customer who leaves', () => {
  let staff: ApiClient;
  let sku: string;
  beforeAll(async () => {
    staff = await signInAs({ role: ['teller', 'operator'] });
    sku = await shop(staff).product(100, 1_000);
  });
  afterAll(() => staff.close());

  const post = async (path: string, body: object = {}): Promise<ApiReply['body']> => {
    const reply = await staff.post(path, randomUUID(), body);
    expect([path, reply.status < 300]).toEqual([path, true]);
    return reply.body;
  };
  /** Repeats the request until its saga has ended. */
  const leave = async (
    { customerId }: Pick<Buyer, 'customerId'>,
    { body, forget = false, key = randomUUID() }: { body?: object; forget?: boolean; key?: string } = {},
  ): Promise<ApiReply> => {
    const at = `/api/customers/${customerId}`;
    const [method, path] = forget ? (['POST', `${at}/forget`] as const) : (['DELETE', at] as const);
    for (;;) {
      const reply = await staff.call(method, path, { key, ...(body && { body }) });
      if (reply.status !== 202) return reply;
    }
  };
  const force = { body: { force: true, reason: 'Moves abroad; paid out in cash' } };
  const statusOf = async ({ customerId }: Buyer) =>
    (await staff.get(`/api/customers/${customerId}`)).body['status'];
  const accountOf = async ({ accountNumber }: Buyer) =>
    (await staff.get(`/api/accounts/${accountNumber}`)).body;
  const order = ({ customerId, accountNumber }: Buyer, quantity = 1) =>
    staff.post('/api/orders', randomUUID(), {
      customerId,
      lines: [{ sku, quantity }],
      payWith: { account: accountNumber },
    });
  /** Everything by which a customer gets something new. */
  const wishes = (buyer: Buyer) => {
    const at = `/api/customers/${buyer.customerId}`;
    return Promise.all([
      order(buyer),
      staff.post(`${at}/accounts`, randomUUID(), {}),
      staff.post(`${at}/cards`, randomUUID(), {}),
      staff.post(`${at}/loans`, randomUUID(), { totalCents: 1_000 }),
    ]);
  };

  it('without holdings is deactivated, and the empty account closed', async () => {
    const buyer = await shop(staff).buyer(0);
    expect(outcomeOf(await leave(buyer))).toBe('200');
    expect(await statusOf(buyer)).toBe('deactivated');
    expect(await accountOf(buyer)).toMatchObject({ status: 'closed', balanceCents: 0 });
  });

  it('with money, debt and a card stays as before, with all reasons and the same response to a repeat', async () => {
    const buyer = await shop(staff).buyer(5_000);
    const { cardNumber } = await post(`/api/customers/${buyer.customerId}/cards`);
    const { loanNumber } = await post(`/api/customers/${buyer.customerId}/loans`, { totalCents: 10 });
    for (const forget of [false, true]) {
      const key = randomUUID();
      const refused = await leave(buyer, { forget, key });
      expect(outcomeOf(refused)).toBe('409 customer-cannot-leave');
      expect(reasonsOf(refused)).toEqual(['balance-not-zero', 'card-open', 'loan-not-repaid']);
      expect(await leave(buyer, { forget, key })).toEqual(refused);
      expect(outcomeOf(await leave(buyer, { forget: !forget, key }))).toBe('422 idempotency-key-reused');
    }
    // Debt is not written off, so the forced closure undoes what it has closed.
    const forced = await leave(buyer, force);
    expect(reasonsOf(forced)).toEqual(['loan-not-repaid']);
    expect(await statusOf(buyer)).toBe('active');
    expect(await accountOf(buyer)).toMatchObject({ status: 'open', balanceCents: 5_000 });
    expect((await staff.get(`/api/cards/${String(cardNumber)}`)).body).toMatchObject({ status: 'active' });
    await post(`/api/loans/${String(loanNumber)}/repayments`, { amountCents: 10 });
    expect(outcomeOf(await order(buyer))).toBe('202');
  });

  it('is forced to leave by tellers only, and with a reason', async () => {
    const buyer = await shop(staff).buyer(700);
    const { cardNumber } = await post(`/api/customers/${buyer.customerId}/cards`);
    for (const body of [{ force: true }, { reason: 'none' }, { force: true, reason: 'no' }])
      expect(outcomeOf(await leave(buyer, { body }))).toBe('400 invalid-request');
    const customer = await signInAs({ role: 'customer', customerId: buyer.customerId });
    const path = `/api/customers/${buyer.customerId}`;
    expect(outcomeOf(await customer.call('DELETE', path, { key: randomUUID(), ...force }))).toBe(
      '403 forbidden',
    );
    await customer.close();
    expect(await accountOf(buyer)).toMatchObject({ status: 'open' });

    const key = randomUUID();
    const left = await leave(buyer, { ...force, key });
    expect(outcomeOf(left)).toBe('200');
    expect(outcomeOf(await leave(buyer, { ...force, key }))).toBe('200');
    expect(await statusOf(buyer)).toBe('deactivated');
    expect(await accountOf(buyer)).toMatchObject({ status: 'closed', balanceCents: 0 });
    expect((await staff.get(`/api/cards/${String(cardNumber)}`)).body).toMatchObject({ status: 'blocked' });
    const statement = async () => {
      const { body } = await staff.get(`${path}/statement`);
      const lines = body['lines'] as readonly Readonly<{ amountCents: number; balanceCents: number }>[];
      expect(lines.map(({ amountCents }) => amountCents).toSorted((a, b) => a - b)).toEqual([-700, 700]);
    };
    await until(statement, { what: 'the line of the payout', timeoutMs: 20_000 });
    const { commits } = (await staff.get(`/api/streams/customers/customer-${buyer.customerId}`)).body;
    expect(JSON.stringify(commits)).toContain(force.body.reason);
    expect(outcomeOf(await leave(buyer, { forget: true }))).toBe('200');
    expect(await statusOf(buyer)).toBe('forgotten');
  });

  // A Kafka cluster is no process of the system, which could be paused.
  if (hasOwnBroker())
    it('gets nothing new, although Redis delivers nothing', async () => {
      const buyers = await Promise.all([shop(staff).buyer(0), shop(staff).buyer(0), shop(staff).buyer(100)]);
      const [left, forgotten, forced] = buyers;
      for (const buyer of buyers) await shop(staff).order(buyer, await shop(staff).product(0, 1), 1);
      await without('redis', async () => {
        expect(outcomeOf(await leave(left))).toBe('200');
        expect(outcomeOf(await leave(forgotten, { forget: true }))).toBe('200');
        expect(outcomeOf(await leave(forced, force))).toBe('200');
        for (const buyer of buyers)
          expect((await wishes(buyer)).map(outcomeOf)).toEqual(Array(4).fill(NOT_ACTIVE));
      });
    });

  it('waits for an order under way, and then leaves', async () => {
    const buyer = await shop(staff).buyer(100);
    const placed = await without('payments', async () => {
      const reply = await order(buyer);
      expect(outcomeOf(reply)).toBe('202');
      const refused = await leave(buyer);
      expect(outcomeOf(refused)).toBe('409 customer-cannot-leave');
      expect(reasonsOf(refused)).toContain('order-under-way');
      return reply;
    });
    const { orderId } = placed.body;
    await until(async () => expect(await truth(staff).order(String(orderId))).toBe('confirmed'), {
      what: 'the confirmed order',
      timeoutMs: 60_000,
    });
    expect(outcomeOf(await leave(buyer))).toBe('200');
    expect(outcomeOf(await order(buyer))).toBe(NOT_ACTIVE);
  });

  it('orders and opens nothing while the closure runs, and stays if it is undone', async () => {
    const buyer = await shop(staff).buyer(0);
    await post(`/api/customers/${buyer.customerId}/loans`, { totalCents: 10 });
    const key = randomUUID();
    await without('loans', async () => {
      const path = `/api/customers/${buyer.customerId}`;
      expect((await staff.call('DELETE', path, { key })).status).toBe(202);
      expect(await statusOf(buyer)).toBe('leaving');
      const blocked = async () => expect(outcomeOf(await order(buyer))).toBe(NOT_ACTIVE);
      await until(blocked, { what: 'the block', timeoutMs: 20_000 });
      expect(
        outcomeOf(await staff.call('PATCH', path, { key: randomUUID(), body: { name: 'Ada King' } })),
      ).toBe('409 customer-leaving');
    });
    expect(reasonsOf(await leave(buyer, { key }))).toEqual(['loan-not-repaid']);
    expect(await statusOf(buyer)).toBe('active');
    expect(outcomeOf(await order(buyer))).toBe('202');
  });

  it('races with an order, and either the order or the departure is refused, or the order has ended', async () => {
    const free = await shop(staff).product(0, 100);
    const buyers = await Promise.all(Array.from({ length: 12 }, () => shop(staff).buyer(0)));
    const place = ({ customerId, accountNumber }: Buyer) =>
      staff.post('/api/orders', randomUUID(), {
        customerId,
        lines: [{ sku: free, quantity: 1 }],
        payWith: { account: accountNumber },
      });
    const races = await Promise.all(
      buyers.map(async (buyer, index) => {
        const [first, second] = index % 2 === 0 ? [place, leave] : [leave, place];
        const [one, other] = await Promise.all([first(buyer), second(buyer)]);
        const [placed, left] = index % 2 === 0 ? [one, other] : [other, one];
        return { buyer, placed, left };
      }),
    );
    expect(races).toHaveLength(buyers.length);
    for (const { buyer, placed, left } of races) {
      const stayed = left.status === 409;
      expect([
        // The order came first and was under way, or it had ended.
        { placed: '202', left: '409 customer-cannot-leave', reasons: ['order-under-way'], status: 'active' },
        { placed: '202', left: '200', reasons: [], status: 'deactivated' },
        // The closure came first.
        { placed: NOT_ACTIVE, left: '200', reasons: [], status: 'deactivated' },
      ]).toContainEqual({
        placed: outcomeOf(placed),
        left: outcomeOf(left),
        reasons: reasonsOf(left),
        status: await statusOf(buyer),
      });
      const ended = async () => (await truth(staff).order(String(placed.body['orderId']))) !== 'placed';
      expect(stayed || placed.status !== 202 || (await ended())).toBe(true);
    }
  });
});
