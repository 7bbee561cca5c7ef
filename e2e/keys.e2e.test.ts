import { randomUUID } from 'node:crypto';
import type { ApiClient, ApiReply } from '@bankside/client';
import { operations, type Operation, type OperationId } from '@bankside/contracts/http';
import { until } from '@bankside/tools';
import { without } from './control';
import { shop, signInAs, uniqueMobileNumber, type Buyer } from './shop';

// Each mutation of the API, sent twice with one key, and then another request with the same key.

type Things = Readonly<{
  ada: Buyer;
  bob: Buyer;
  cardNumbers: readonly [string, string];
  loanNumbers: readonly [string, string];
  skus: readonly [string, string];
  /** A saga that runs for the duration of this test. */
  sagaId: string;
}>;
type Request = Readonly<{ path: string; body?: object }>;
type Case = Readonly<{
  first: Request;
  /** The same call with another body, or with another path where there is no body. */
  other: Request;
  /** Default: the documented success status. */
  status?: number;
}>;

/**
 * A new mutation does not compile until it has an example here. Fault switches, off in this system, are tested elsewhere,
 * and so is what payments does, which is paused. A reconciliation changes nothing.
 */
type Changes = Exclude<
  { [Id in OperationId]: (typeof operations)[Id]['method'] extends 'get' ? never : Id }[OperationId],
  'setFaults' | 'switchFaults' | 'payOutRefund' | 'reconcileCash'
>;

const bodies = (path: string, first: object, other: object): Case => ({
  first: { path, body: first },
  other: { path, body: other },
});
const amounts = (path: string): Case => bodies(path, { amountCents: 1 }, { amountCents: 2 });
const paths = (pathOf: (id: string) => string, [first, other]: readonly [string, string]): Case => ({
  first: { path: pathOf(first) },
  other: { path: pathOf(other) },
});
const accounts = ({ ada, bob }: Things): readonly [string, string] => [ada.accountNumber, bob.accountNumber];
const customers = ({ ada, bob }: Things): readonly [string, string] => [bob.customerId, ada.customerId];

const letter = {
  service: 'orders',
  consumer: 'orders',
  source: 'customers',
  stream: 'customer-without-letters',
};

const about: Record<Changes, (things: Things) => Case> = {
  registerCustomer: () => {
    const person = { name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber: uniqueMobileNumber() };
    return bodies('/api/customers', person, { ...person, name: 'Ada King' });
  },
  changeCustomer: ({ ada }) =>
    bodies(`/api/customers/${ada.customerId}`, { name: 'Ada King' }, { name: 'Ada Byron' }),
  changeMobileNumber: ({ ada }) => {
    const change = { newMobileNumber: uniqueMobileNumber() };
    return bodies(`/api/customers/${ada.customerId}/mobile-number`, change, {
      newMobileNumber: uniqueMobileNumber(),
    });
  },
  openAccount: ({ ada }) => ({
    ...bodies(`/api/customers/${ada.customerId}/accounts`, {}, { currency: 'USD' }),
    status: 409, // The account exists already: a rejection is recorded, too.
  }),
  deposit: ({ ada }) => amounts(`/api/accounts/${ada.accountNumber}/deposits`),
  withdraw: ({ ada }) => amounts(`/api/accounts/${ada.accountNumber}/withdrawals`),
  freezeAccount: (things) => paths((number) => `/api/accounts/${number}/freeze`, accounts(things)),
  unfreezeAccount: (things) => paths((number) => `/api/accounts/${number}/unfreeze`, accounts(things)),
  closeAccount: ({ ada, bob }) =>
    paths((number) => `/api/accounts/${number}/close`, [bob.accountNumber, ada.accountNumber]),
  issueCard: ({ ada }) => ({
    ...bodies(`/api/customers/${ada.customerId}/cards`, { limitCents: 100 }, { limitCents: 200 }),
    status: 409,
  }),
  payCard: ({ ada, cardNumbers: [cardNumber] }) => {
    const payment = { fromAccount: ada.accountNumber, cardNumber, amountCents: 1 };
    return { ...bodies('/api/card-payments', payment, { ...payment, amountCents: 2 }), status: 409 };
  },
  blockCard: ({ cardNumbers }) => paths((number) => `/api/cards/${number}/block`, cardNumbers),
  grantLoan: ({ ada }) =>
    bodies(`/api/customers/${ada.customerId}/loans`, { totalCents: 1 }, { totalCents: 2 }),
  transferMoney: ({ ada, bob }) => {
    const transfer = { fromAccount: ada.accountNumber, toAccount: bob.accountNumber, amountCents: 1 };
    // The other account is closed by now: a rejection is recorded, too.
    return { ...bodies('/api/transfers', transfer, { ...transfer, amountCents: 2 }), status: 409 };
  },
  repayLoanFromAccount: ({ ada, loanNumbers: [loanNumber] }) => {
    const repayment = { fromAccount: ada.accountNumber, loanNumber, amountCents: 1 };
    return bodies('/api/loan-repayments', repayment, { ...repayment, amountCents: 2 });
  },
  repayLoan: ({ loanNumbers: [number] }) => amounts(`/api/loans/${number}/repayments`),
  lockLoan: ({ loanNumbers }) => paths((number) => `/api/loans/${number}/lock`, loanNumbers),
  unlockLoan: ({ loanNumbers }) => paths((number) => `/api/loans/${number}/unlock`, loanNumbers),
  closeLoan: ({ loanNumbers }) => ({
    ...paths((number) => `/api/loans/${number}/close`, loanNumbers),
    status: 409,
  }),
  addProduct: () => {
    const product = { sku: `sku-${randomUUID()}`, title: 'Kind of Blue', unitPriceCents: 1 };
    return bodies('/api/products', product, { ...product, title: 'Blue Train' });
  },
  addStock: ({ skus: [sku] }) => bodies(`/api/products/${sku}/stock`, { quantity: 1 }, { quantity: 2 }),
  placeOrder: ({ ada, skus: [sku] }) => {
    const order = { customerId: ada.customerId, payWith: { account: ada.accountNumber } };
    const of = (quantity: number) => ({ ...order, lines: [{ sku, quantity }] });
    return bodies('/api/orders', of(1), of(2));
  },
  // Of orders that do not exist: a rejection is recorded, too.
  cancelOrder: () => ({
    ...bodies('/api/orders/none/cancellation', {}, { reason: 'too-slow' }),
    status: 404,
  }),
  returnOrder: ({ skus: [sku] }) => {
    const of = (quantity: number) => ({ lines: [{ sku, quantity }] });
    return { ...bodies('/api/orders/none/returns', of(1), of(2)), status: 404 };
  },
  rebuildProjection: () =>
    paths((name) => `/api/projections/${name}/rebuild`, ['statement', 'monthly-totals']),
  replayDeadLetters: () => ({
    ...bodies('/api/dead-letters/replay', letter, { ...letter, stream: 'customer-another' }),
    status: 404, // Nothing of that stream is open: a rejection is recorded, too.
  }),
  discardDeadLetters: () => {
    const given = { ...letter, reason: 'never to be applied' };
    return {
      ...bodies('/api/dead-letters/discard', given, { ...given, reason: 'another one' }),
      status: 404,
    };
  },
  retrySagaStep: ({ sagaId }) => bodies(`/api/sagas/${sagaId}/retry`, { step: 'a' }, { step: 'b' }),
  skipSagaStep: ({ sagaId }) => bodies(`/api/sagas/${sagaId}/skip`, { step: 'a' }, { step: 'b' }),
  abortSaga: ({ sagaId }) => bodies(`/api/sagas/${sagaId}/abort`, { step: 'a' }, { step: 'b' }),
  finishSaga: ({ sagaId }) => ({
    ...bodies(`/api/sagas/${sagaId}/finish`, { reason: 'a test' }, { reason: 'another test' }),
    status: 409, // It is still running.
  }),
  resolveAttention: () => ({
    ...bodies(`/api/attention/${randomUUID()}/resolve`, { reason: 'a test' }, { reason: 'another test' }),
    status: 404,
  }),
  // Both have a debt: a refusal of the saga is recorded, too.
  deactivateCustomer: (things) => ({
    ...paths((id) => `/api/customers/${id}`, customers(things)),
    status: 409,
  }),
  forgetCustomer: ({ ada }) => ({
    ...bodies(`/api/customers/${ada.customerId}/forget`, {}, { force: true, reason: 'leaves anyway' }),
    status: 409,
  }),
};

describe('a mutation with a key', () => {
  let staff: ApiClient;
  let things: Things;
  let resume: () => void;
  let paused: Promise<void>;

  const give = async ({ customerId }: Buyer, what: string, field: string, body: object): Promise<string> =>
    String((await staff.post(`/api/customers/${customerId}/${what}`, randomUUID(), body)).body[field]);
  const ask = (id: string, { path, body }: Request, key: string): Promise<ApiReply> => {
    const { method } = (operations as Record<string, Operation>)[id]!;
    const verb = method.toUpperCase() as 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    return staff.call(verb, path, { key, ...(body && { body }) });
  };
  /** Repeats a call that waits for a saga until it no longer returns 202. */
  const askToTheEnd = async (id: string, request: Request, key: string): Promise<ApiReply> => {
    for (;;) {
      const reply = await ask(id, request, key);
      if (reply.status !== 202 || !('pending' in operations[id as Changes])) return reply;
    }
  };

  beforeAll(async () => {
    staff = await signInAs({ role: ['teller', 'operator'] });
    const [ada, bob] = await Promise.all([shop(staff).buyer(10_000), shop(staff).buyer(0)]);
    const skus = await Promise.all([shop(staff).product(100, 10), shop(staff).product(100, 0)]);
    const of = (what: string, field: string, body: object) =>
      Promise.all([give(ada, what, field, body), give(bob, what, field, body)]);
    const [cardNumbers, loanNumbers] = [
      await of('cards', 'cardNumber', {}),
      await of('loans', 'loanNumber', { totalCents: 9 }),
    ];
    // Without accounts no order is paid, so its saga keeps running.
    paused = without('payments', () => new Promise((resolve) => (resume = () => resolve())));
    const order = { customerId: ada.customerId, payWith: { account: ada.accountNumber } };
    const placed = await staff.post('/api/orders', randomUUID(), {
      ...order,
      lines: [{ sku: skus[0], quantity: 1 }],
    });
    const sagaId = String(placed.body['orderId']);
    const begun = async () => expect((await staff.get(`/api/sagas/${sagaId}`)).status).toBe(200);
    await until(begun, { what: 'the saga', timeoutMs: 20_000 });
    things = { ada, bob, skus, cardNumbers, loanNumbers, sagaId };
  });
  afterAll(async () => {
    resume();
    await paused;
    await staff.close();
  });

  it.each(Object.entries(about))(
    '%s takes effect once and returns its first response again',
    async (id, caseOf) => {
      const { first, other, status = operations[id as Changes].success.status } = caseOf(things);
      const key = randomUUID();
      const reply = await askToTheEnd(id, first, key);
      expect(reply).toMatchObject({ status });
      expect(await ask(id, first, key)).toEqual(reply);
      expect(await ask(id, other, key)).toMatchObject({
        status: 422,
        body: { type: '/problems/idempotency-key-reused' },
      });
    },
  );

  /** Things that do not exist. */
  const none = (): Things => {
    const nobody = (digit: number): Buyer => ({
      customerId: `c-${randomUUID()}`,
      accountNumber: `999999999${digit}`,
      mobileNumber: uniqueMobileNumber(),
    });
    return {
      ada: nobody(8),
      bob: nobody(9),
      cardNumbers: ['499999999998', '499999999999'],
      loanNumbers: ['2999999998', '2999999999'],
      skus: [`sku-${randomUUID()}`, `sku-${randomUUID()}`],
      sagaId: `s-${randomUUID()}`,
    };
  };
  /** Calls that succeed without anything, and calls of sagas: where there is no saga, nothing keeps the key. */
  const NEEDS_NOTHING = new Set([
    'registerCustomer',
    'addProduct',
    'retrySagaStep',
    'skipSagaStep',
    'abortSaga',
  ]);
  const refusable = Object.entries({
    ...about,
    rebuildProjection: () => paths((name) => `/api/projections/${name}/rebuild`, ['none', 'neither']),
    replayDeadLetters: () => {
      const unknown = { ...letter, consumer: 'none' };
      return bodies('/api/dead-letters/replay', unknown, { ...unknown, stream: 'another' });
    },
  }).filter(([id]) => !NEEDS_NOTHING.has(id));

  it('is tried without its subject for most calls', () => expect(refusable.length).toBeGreaterThan(20));

  it.each(refusable)('%s without its subject is refused once, under its key', async (id, caseOf) => {
    const { first, other } = caseOf(none());
    const key = randomUUID();
    const refused = await askToTheEnd(id, first, key);
    expect([404, 409]).toContain(refused.status);
    expect(await ask(id, first, key)).toEqual(refused);
    expect(await ask(id, other, key)).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
  });

  it('is recognized after its saga has ended', async () => {
    const path = `/api/sagas/${things.sagaId}/retry`;
    const key = randomUUID();
    await staff.post(path, key, { step: 'a' });
    resume();
    await paused;
    const ended = async () =>
      expect((await staff.get(`/api/sagas/${things.sagaId}`)).body['status']).not.toBe('running');
    await until(ended, { what: 'the end of the saga', timeoutMs: 60_000 });
    expect((await staff.post(path, key, { step: 'a' })).status).toBe(202);
    expect((await staff.post(path, key, { step: 'b' })).status).toBe(422);
    expect((await staff.post(path, randomUUID(), { step: 'a' })).status).toBe(404);
  });
});

describe('a repeat of a mutation', () => {
  let staff: ApiClient;
  beforeAll(async () => {
    staff = await signInAs({ role: ['teller', 'operator'] });
  });
  afterAll(() => staff.close());

  type Post = Readonly<{ path: string; body: object }>;
  const send = async ({ path, body }: Post, key: string) => {
    const { status, body: response } = await staff.post(path, key, body);
    return { status, response };
  };
  const registered = async (): Promise<string> => {
    const person = { name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber: uniqueMobileNumber() };
    return String((await staff.post('/api/customers', randomUUID(), person)).body['customerId']);
  };
  const deactivate = async (customerId: string): Promise<void> => {
    const body = { force: true, reason: 'has a card' };
    const gone = async () => {
      const reply = await staff.call('DELETE', `/api/customers/${customerId}`, { key: randomUUID(), body });
      expect(reply.status).toBe(200);
    };
    await until(gone, { what: 'the end of the order', timeoutMs: 60_000 });
  };
  /** The mutations that services check against their replicas of customers and products. */
  const checked = (customerId: string, sku: string): readonly Post[] => [
    { path: `/api/customers/${customerId}/accounts`, body: {} },
    { path: `/api/customers/${customerId}/cards`, body: {} },
    { path: `/api/customers/${customerId}/loans`, body: { totalCents: 9 } },
    {
      path: '/api/orders',
      body: { customerId, lines: [{ sku, quantity: 1 }], payWith: { account: '1000000017' } },
    },
  ];

  it('gets the first response after the customer was deactivated', async () => {
    const customerId = await registered();
    const posts = checked(customerId, await shop(staff).product(100, 10));
    expect(posts).toHaveLength(4);
    const keys = posts.map(() => randomUUID());
    const first = await Promise.all(posts.map((post, index) => send(post, keys[index]!)));
    expect(first.map(({ status }) => status)).toEqual([201, 201, 201, 202]);
    const repayment = { path: `/api/loans/${String(first[2]!.response['loanNumber'])}/repayments` };
    expect((await send({ ...repayment, body: { amountCents: 9 } }, randomUUID())).status).toBe(201);
    await deactivate(customerId);
    const inactive = { status: 409, response: { type: '/problems/customer-not-active' } };
    for (const post of posts) expect(await send(post, randomUUID())).toMatchObject(inactive);
    expect(await Promise.all(posts.map((post, index) => send(post, keys[index]!)))).toEqual(first);
  });

  it('of a rejected request gets the same rejection after its reason no longer holds, and another body gets 422', async () => {
    const customerId = await registered();
    const sku = `sku-${randomUUID()}`;
    const order = checked(customerId, sku)[3]!;
    const key = randomUUID();
    const rejected = await send(order, key);
    expect(rejected).toMatchObject({ status: 404, response: { type: '/problems/product-not-found' } });
    const product = { sku, title: 'Kind of Blue', unitPriceCents: 1 };
    expect((await staff.post('/api/products', randomUUID(), product)).status).toBe(201);
    const known = async () => expect((await send(order, randomUUID())).status).toBe(202);
    await until(known, { what: 'the replica of the product', timeoutMs: 20_000 });
    expect(await send(order, key)).toEqual(rejected);
    const other = { ...order, body: { ...order.body, lines: [{ sku, quantity: 2 }] } };
    expect(await send(other, key)).toMatchObject({
      status: 422,
      response: { type: '/problems/idempotency-key-reused' },
    });
  });

  it('with another body gets 422 although the first was rejected before it reached any aggregate', async () => {
    const unknown = `c-${randomUUID()}`;
    const [account, card, loan] = checked(unknown, 'none');
    const reused = { status: 422, response: { type: '/problems/idempotency-key-reused' } };
    const cases: readonly (readonly [Post, Post])[] = [
      [account!, { path: account!.path, body: { currency: 'USD' } }],
      [card!, { path: card!.path, body: { limitCents: 7 } }],
      [loan!, { path: loan!.path, body: { totalCents: 10 } }],
    ];
    for (const [first, other] of cases) {
      const key = randomUUID();
      const rejected = await send(first, key);
      expect(rejected).toMatchObject({ status: 404, response: { type: '/problems/customer-not-found' } });
      expect(await send(first, key)).toEqual(rejected);
      expect(await send(other, key)).toMatchObject(reused);
    }
  });

  it('is new to another service, which keeps keys of its own', async () => {
    const customerId = await registered();
    const key = randomUUID();
    const [account, card, loan] = checked(customerId, 'none');
    for (const post of [account!, card!, loan!]) expect((await send(post, key)).status).toBe(201);
  });
});
