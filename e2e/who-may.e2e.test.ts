import { randomUUID } from 'node:crypto';
import type { ApiClient, ApiReply } from '@bankside/client';
import { operations, roles, type Operation, type OperationId, type Role } from '@bankside/contracts/http';
import { shop, signInAs, uniqueMobileNumber, type Buyer } from './shop';

// Each call that customers may make, tried on another customer's data. The owners reject it, not the gateway alone.

type Things = Buyer &
  Readonly<{
    cardNumber: string;
    loanNumber: string;
    orderId: string;
    correlationId: string;
    transferId: string;
    recipientNumber: string;
    sku: string;
  }>;
type Request = Readonly<{ path: string; body?: object }>;

/** A request for a customer's data. A new operation for customers does not compile until it has an example here. */
type ForCustomers = {
  [Id in OperationId]: 'customer' extends (typeof operations)[Id]['roles'][number]
    ? (typeof operations)[Id] extends { owner: 'none' }
      ? never
      : Id
    : never;
}[OperationId];

/** Well-formed names of what does not exist. */
const NOTHING: Omit<Things, 'sku' | 'recipientNumber'> = {
  customerId: 'nobody',
  accountNumber: '9999999999',
  mobileNumber: '+40700000000',
  cardNumber: '499999999999',
  loanNumber: '2999999999',
  orderId: 'nothing',
  correlationId: '00000000-0000-8000-8000-000000000000',
  transferId: 'nothing',
};

const about: Record<ForCustomers, (things: Things) => Request> = {
  getCustomer: ({ customerId }) => ({ path: `/api/customers/${customerId}` }),
  changeCustomer: ({ customerId }) => ({
    path: `/api/customers/${customerId}`,
    body: { name: 'Grace Hopper' },
  }),
  deactivateCustomer: ({ customerId }) => ({ path: `/api/customers/${customerId}` }),
  changeMobileNumber: ({ customerId }) => ({
    path: `/api/customers/${customerId}/mobile-number`,
    body: { newMobileNumber: uniqueMobileNumber() },
  }),
  getMobileNumberChange: ({ customerId }) => ({ path: `/api/customers/${customerId}/mobile-number/none` }),
  getSummary: ({ customerId }) => ({ path: `/api/customers/${customerId}/summary` }),
  getStatement: ({ customerId }) => ({ path: `/api/customers/${customerId}/statement` }),
  getMonthlyTotals: ({ customerId }) => ({ path: `/api/customers/${customerId}/monthly-totals` }),
  listAccounts: ({ customerId }) => ({ path: `/api/customers/${customerId}/accounts` }),
  getAccount: ({ accountNumber }) => ({ path: `/api/accounts/${accountNumber}` }),
  withdraw: ({ accountNumber }) => ({
    path: `/api/accounts/${accountNumber}/withdrawals`,
    body: { amountCents: 1 },
  }),
  listCards: ({ customerId }) => ({ path: `/api/customers/${customerId}/cards` }),
  getCard: ({ cardNumber }) => ({ path: `/api/cards/${cardNumber}` }),
  listLoans: ({ customerId }) => ({ path: `/api/customers/${customerId}/loans` }),
  getLoan: ({ loanNumber }) => ({ path: `/api/loans/${loanNumber}` }),
  placeOrder: ({ customerId, sku, accountNumber }) => ({
    path: '/api/orders',
    body: { customerId, lines: [{ sku, quantity: 1 }], payWith: { account: accountNumber } },
  }),
  getOrder: ({ orderId }) => ({ path: `/api/orders/${orderId}` }),
  cancelOrder: ({ orderId }) => ({ path: `/api/orders/${orderId}/cancellation`, body: {} }),
  returnOrder: ({ orderId, sku }) => ({
    path: `/api/orders/${orderId}/returns`,
    body: { lines: [{ sku, quantity: 2 }] },
  }),
  listOrders: ({ customerId }) => ({ path: `/api/orders?customerId=${customerId}` }),
  payCard: ({ accountNumber, cardNumber }) => ({
    path: '/api/card-payments',
    body: { fromAccount: accountNumber, cardNumber, amountCents: 1 },
  }),
  repayLoanFromAccount: ({ accountNumber, loanNumber }) => ({
    path: '/api/loan-repayments',
    body: { fromAccount: accountNumber, loanNumber, amountCents: 1 },
  }),
  getLoanRepayment: () => ({ path: '/api/loan-repayments/unknown' }),
  transferMoney: ({ accountNumber, recipientNumber }) => ({
    path: '/api/transfers',
    body: { fromAccount: accountNumber, toAccount: recipientNumber, amountCents: 1 },
  }),
  getTransfer: ({ transferId }) => ({ path: `/api/transfers/${transferId}` }),
  listTransfers: ({ customerId }) => ({ path: `/api/customers/${customerId}/transfers` }),
  getCardPayment: () => ({ path: '/api/card-payments/unknown' }),
  getStory: ({ correlationId }) => ({ path: `/api/stories/${correlationId}` }),
};

/** Every single role, and every pair. */
const HELD: readonly (readonly Role[])[] = roles.flatMap((one, at) => [
  [one],
  ...roles.slice(at + 1).map((other) => [one, other]),
]);

describe('a caller', () => {
  let staff: ApiClient;
  let ada: Things;
  let bob: Things;
  let asAda: ApiClient;
  /** Ada with each combination of roles. */
  const clients = new Map<readonly Role[], ApiClient>();

  const things = async (): Promise<Things> => {
    const buyer = await shop(staff).buyer(10_000);
    const sku = await shop(staff).product(100, 10);
    const { orderId } = await shop(staff).order(buyer, sku, 1);
    const give = async (what: string, field: string, body: object): Promise<string> =>
      String(
        (await staff.post(`/api/customers/${buyer.customerId}/${what}`, randomUUID(), body)).body[field],
      );
    const cardNumber = await give('cards', 'cardNumber', {});
    const recipient = await shop(staff).buyer(0);
    const transfer = {
      fromAccount: buyer.accountNumber,
      toAccount: recipient.accountNumber,
      amountCents: 1,
      purpose: 'Rent',
    };
    const sent = await staff.post('/api/transfers', randomUUID(), transfer);
    return {
      ...buyer,
      transferId: String(sent.body['transferId'] ?? sent.body['sagaId']),
      recipientNumber: recipient.accountNumber,
      sku,
      orderId,
      correlationId: String((await staff.get(`/api/orders/${orderId}`)).body['correlationId']),
      cardNumber,
      loanNumber: await give('loans', 'loanNumber', { totalCents: 1_000 }),
    };
  };

  beforeAll(async () => {
    staff = await signInAs({ role: ['teller', 'operator'] });
    [ada, bob] = await Promise.all([things(), things()]);
    for (const held of HELD)
      clients.set(
        held,
        await signInAs({ role: held, ...(held.includes('customer') && { customerId: ada.customerId }) }),
      );
    asAda = clients.get(HELD[0]!)!;
  });
  afterAll(() => Promise.all([staff, ...clients.values()].map((one) => one.close())));

  const ask = (id: string, { path, body }: Request, as: ApiClient): Promise<ApiReply> => {
    const { method } = (operations as Record<string, Operation>)[id]!;
    const verb = method.toUpperCase() as 'GET' | 'POST' | 'PATCH';
    return as.call(verb, path, { ...(body && { body }), ...(verb !== 'GET' && { key: randomUUID() }) });
  };
  const table = Object.entries(about);
  const rejections: Readonly<Record<string, readonly [number, string]>> = {
    payCard: [409, 'account-not-found'], // A saga reports its rejection as a conflict.
    repayLoanFromAccount: [409, 'account-not-found'],
    transferMoney: [404, 'account-not-found'],
    withdraw: [404, 'account-not-found'],
  };
  const deniedAs = (id: string): readonly [number, string] => {
    const [code, name] = rejections[id] ?? [404, 'not-found'];
    return [code, `/problems/${name}`];
  };

  const reply = async (id: string, request: Request, held: readonly Role[]) => {
    const { status, body } = await ask(id, request, clients.get(held)!);
    return { status, body };
  };
  const openingRoles = (id: string, held: readonly Role[]): readonly Role[] => {
    const granted: readonly Role[] = (operations as Record<string, Operation>)[id]!.roles;
    return held.filter((role) => granted.includes(role));
  };
  const cases = HELD.flatMap((held) => table.map((row) => [held.join(' and '), ...row, held] as const));
  const casesOf = (isOpen: (opening: readonly Role[]) => boolean) =>
    cases.filter(([, id, , held]) => isOpen(openingRoles(id, held)));
  const asOnly = (opening: readonly Role[]): boolean => opening.join() === 'customer';

  it.each(casesOf((opening) => opening.length === 0))(
    'with the role %s may not %s, whether it exists or not',
    async (_roles, id, request, held) => {
      for (const whose of [ada, bob, { ...bob, ...NOTHING }])
        expect(await reply(id, request(whose), held)).toMatchObject({
          status: 403,
          body: { type: '/problems/forbidden' },
        });
    },
  );

  it.each(casesOf(asOnly))(
    "with the role %s gets the same response for another customer's %s as for nothing",
    async (_roles, id, request, held) => {
      const { status, body } = await reply(id, request(bob), held);
      expect([status, body['type']]).toEqual(deniedAs(id));
      expect(await reply(id, request({ ...bob, ...NOTHING }), held)).toEqual({ status, body });
    },
  );

  /**
   * There is nothing to pay on the cards, no repayment and no change of a number, who has a debt cannot leave, and the order is confirmed
   * and has one piece.
   */
  const REFUSED = new Set([
    'payCard',
    'getCardPayment',
    'getLoanRepayment',
    'getMobileNumberChange',
    'deactivateCustomer',
    'cancelOrder',
    'returnOrder',
  ]);
  const succeeds = ([, id]: (typeof cases)[number]): boolean => !REFUSED.has(id);

  it.each(casesOf((opening) => opening.length > 0 && !asOnly(opening)).filter(succeeds))(
    'with the role %s may %s of every customer',
    async (_roles, id, request, held) => {
      for (const whose of [ada, bob])
        expect((await reply(id, request(whose), held)).status).toBeLessThan(300);
    },
  );

  it.each(casesOf(asOnly).filter(succeeds))(
    'with the role %s may %s of their own',
    async (_roles, id, request, held) => {
      expect((await reply(id, request(ada), held)).status).toBeLessThan(300);
    },
  );

  it.each([
    [
      "pay another's card",
      'card-not-found',
      () => ({ fromAccount: ada.accountNumber, cardNumber: bob.cardNumber }),
    ],
    [
      "pay their card with another's account",
      'account-not-found',
      () => ({ fromAccount: bob.accountNumber, cardNumber: ada.cardNumber }),
    ],
  ])('cannot %s', async (_what, reason, payment) => {
    const key = randomUUID();
    const pay = () => asAda.post('/api/card-payments', key, { ...payment(), amountCents: 1 });
    let { status, body } = await pay();
    while (status === 202) ({ status, body } = await pay()); // The saga is still running.
    expect([status, body['type']]).toEqual([409, `/problems/${reason}`]);
  });

  it("cannot pay from another customer's account, which stays unchanged", async () => {
    const victim = await shop(staff).buyer(1_000);
    const body = {
      customerId: ada.customerId,
      lines: [{ sku: ada.sku, quantity: 1 }],
      payWith: { account: victim.accountNumber },
    };
    const placed = await asAda.post('/api/orders', randomUUID(), body);
    const { waitForOrder } = await import('@bankside/client');
    const ended = await waitForOrder(asAda, String(placed.body['orderId']), placed.token);
    expect(ended).toMatchObject({ state: 'rejected', reason: 'account-not-found' });
    expect((await staff.get(`/api/accounts/${victim.accountNumber}`)).body['balanceCents']).toBe(1_000);
  });
});
