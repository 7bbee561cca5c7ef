import { randomUUID } from 'node:crypto';
import type { ApiClient, ApiReply } from '@bankside/client';
import { operations, type Operation, type OperationId } from '@bankside/contracts/http';
import { shop, signInAs, uniqueMobileNumber, type Buyer } from './shop';

// Each call that customers may make, tried on another customer's data. The owners reject it, not the gateway alone.

type Things = Buyer & Readonly<{ cardNumber: string; loanNumber: string; orderId: string; sku: string }>;
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
const NOTHING: Omit<Things, 'sku'> = {
  customerId: 'nobody',
  accountNumber: '9999999999',
  mobileNumber: '+40700000000',
  cardNumber: '499999999999',
  loanNumber: '2999999999',
  orderId: 'nothing',
};

const about: Record<ForCustomers, (things: Things) => Request> = {
  getCustomer: ({ customerId }) => ({ path: `/api/customers/${customerId}` }),
  changeCustomer: ({ customerId }) => ({
    path: `/api/customers/${customerId}`,
    body: { name: 'Grace Hopper' },
  }),
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
  listOrders: ({ customerId }) => ({ path: `/api/orders?customerId=${customerId}` }),
  payCard: ({ accountNumber, cardNumber }) => ({
    path: '/api/card-payments',
    body: { fromAccount: accountNumber, cardNumber, amountCents: 1 },
  }),
};

describe('a customer', () => {
  let staff: ApiClient;
  let ada: Things;
  let bob: Things;
  let asAda: ApiClient;
  let asOperatingAda: ApiClient;

  const things = async (): Promise<Things> => {
    const buyer = await shop(staff).buyer(10_000);
    const sku = await shop(staff).product(100, 10);
    const { orderId } = await shop(staff).order(buyer, sku, 1);
    const give = async (what: string, field: string, body: object): Promise<string> =>
      String(
        (await staff.post(`/api/customers/${buyer.customerId}/${what}`, randomUUID(), body)).body[field],
      );
    const cardNumber = await give('cards', 'cardNumber', {});
    return {
      ...buyer,
      sku,
      orderId,
      cardNumber,
      loanNumber: await give('loans', 'loanNumber', { totalCents: 1 }),
    };
  };

  beforeAll(async () => {
    staff = await signInAs({ role: ['teller', 'operator'] });
    [ada, bob] = await Promise.all([things(), things()]);
    asAda = await signInAs({ role: 'customer', customerId: ada.customerId });
    asOperatingAda = await signInAs({ role: ['customer', 'operator'], customerId: ada.customerId });
  });
  afterAll(() => Promise.all([staff.close(), asAda.close(), asOperatingAda.close()]));

  const ask = (id: string, { path, body }: Request, as = asAda): Promise<ApiReply> => {
    const { method } = (operations as Record<string, Operation>)[id]!;
    const verb = method.toUpperCase() as 'GET' | 'POST' | 'PATCH';
    return as.call(verb, path, { ...(body && { body }), ...(verb !== 'GET' && { key: randomUUID() }) });
  };
  const table = Object.entries(about);
  const rejections: Readonly<Record<string, readonly [number, string]>> = {
    payCard: [409, 'account-not-found'], // A saga reports its rejection as a conflict.
    withdraw: [404, 'account-not-found'],
  };
  const deniedAs = (id: string): readonly [number, string] => {
    const [code, name] = rejections[id] ?? [404, 'not-found'];
    return [code, `/problems/${name}`];
  };

  it.each(table)("is denied another customer's %s", async (id, request) => {
    const { status, body } = await ask(id, request(bob));
    expect([status, body['type']]).toEqual(deniedAs(id));
    expect({ status, body }).toEqual(
      await ask(id, request({ ...bob, ...NOTHING })).then(({ status, body }) => ({ status, body })),
    );
  });

  /** The calls that operators may make as well. */
  const openToOperators = new Set(['getOrder', 'listOrders']);
  it.each(table)(
    "who is an operator as well reaches another customer's %s only as operator",
    async (id, request) => {
      const { status, body } = await ask(id, request(bob), asOperatingAda);
      expect([status, body['type']]).toEqual(openToOperators.has(id) ? [200, undefined] : deniedAs(id));
    },
  );

  const withOwn = table.filter(([id]) => id !== 'payCard' && id !== 'getMobileNumberChange');
  it.each(withOwn)('may %s of their own', async (id, request) => {
    expect((await ask(id, request(ada))).status).toBeLessThan(300);
  });

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
    const body = {
      customerId: ada.customerId,
      lines: [{ sku: ada.sku, quantity: 1 }],
      payWith: { account: bob.accountNumber },
    };
    const placed = await asAda.post('/api/orders', randomUUID(), body);
    const { waitForOrder } = await import('@bankside/client');
    const ended = await waitForOrder(asAda, String(placed.body['orderId']), placed.token);
    expect(ended).toMatchObject({ state: 'rejected', reason: 'account-not-found' });
    expect((await staff.get(`/api/accounts/${bob.accountNumber}`)).body['balanceCents']).toBe(9_900);
  });
});
