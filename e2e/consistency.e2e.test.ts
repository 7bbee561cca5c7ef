import { randomUUID } from 'node:crypto';
import type { ApiClient, ApiReply } from '@bankside/client';
import {
  apiSections,
  takesConsistencyToken,
  type Operation,
  type Operations,
} from '@bankside/contracts/http';
import { devToken, gatewayUrl, shop, signInAs, uniqueMobileNumber, type Buyer } from './shop';

const reads = apiSections.flatMap(({ tag, operations }) =>
  Object.entries(operations as Operations)
    .filter(([, operation]) => takesConsistencyToken(operation, tag))
    .map(([id, { path, file }]) => [id, path, file] as const),
);
/** The query of reads that need one. */
const QUERIES: Readonly<Record<string, string>> = {
  findSummary: 'mobileNumber={mobileNumber}',
  searchCustomers: 'name=ada',
  listOrders: 'customerId={customerId}',
  exportJournal: 'day=2026-01-31',
  reconcileCash: 'day=2026-01-31&currency=EUR',
};
const VIAS = ['view', 'gateway', 'composer'] as const;

describe('a read with a Consistency-Token', () => {
  let api: ApiClient;
  let buyer: Buyer;
  const tokens = new Map<string, string>();
  let latest: string;
  let staffToken: string;
  const ids: Record<string, string> = { currency: 'EUR', changeId: randomUUID() };

  const fill = (path: string): string =>
    path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(ids[name]!));
  const withQuery = (id: string, path: string): string =>
    fill(QUERIES[id] === undefined ? path : `${path}?${QUERIES[id]}`);
  const change = async (name: string, path: string, body: object = {}, method: 'POST' | 'PATCH' = 'POST') => {
    const reply = await api.call(method, fill(path), { key: randomUUID(), body });
    expect({ path, ok: reply.status < 300, body: reply.body }).toMatchObject({ path, ok: true });
    tokens.set(name, reply.token!);
    latest = reply.token!;
    Object.assign(ids, reply.body);
    return reply;
  };
  /** Reads as the API describes it: by GET, or with a file by POST. */
  const readBy = async (id: string, path: string, file: Operation['file'], token: string) => {
    const filled = withQuery(id, path);
    if (file === undefined) return api.get(filled, { token });
    const response = await fetch(`${gatewayUrl()}${filled}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${staffToken}`,
        'content-type': 'text/csv',
        'consistency-token': token,
      },
      body: 'date,amount,currency,reference\n',
    });
    return { status: response.status, body: (await response.json()) as unknown };
  };
  const read = async (path: string, token = latest): Promise<ApiReply['body']> => {
    const { status, body } = await api.get(fill(path), { token });
    expect({ path, status, body }).toMatchObject({ path, status: 200 });
    return body;
  };

  beforeAll(async () => {
    api = await signInAs({ role: ['teller', 'operator'] });
    staffToken = await devToken({ role: ['teller', 'operator'] });
    buyer = await shop(api).buyer(0);
    Object.assign(ids, buyer, { account: buyer.accountNumber });
    await change('deposit', '/api/accounts/{account}/deposits', { amountCents: 10_000 });
    await change('withdraw', '/api/accounts/{account}/withdrawals', { amountCents: 100 });
    await change('freeze', '/api/accounts/{account}/freeze');
    await change('unfreeze', '/api/accounts/{account}/unfreeze');
    await change('rename', '/api/customers/{customerId}', { name: 'Ada King' }, 'PATCH');
    await change('issueCard', '/api/customers/{customerId}/cards', { limitCents: 10_000 });
    await change('grantLoan', '/api/customers/{customerId}/loans', { totalCents: 1_000 });
    await change('repayLoan', '/api/loans/{loanNumber}/repayments', { amountCents: 100 });
    const product = { sku: `sku-${randomUUID()}`, title: 'Kind of Blue', unitPriceCents: 100 };
    await change('addProduct', '/api/products', product);
    await change('addStock', '/api/products/{sku}/stock', { quantity: 5 });
    const lines = [{ sku: product.sku, quantity: 1 }];
    const order = { customerId: buyer.customerId, lines, payWith: { card: ids['cardNumber'] } };
    await change('placeOrder', '/api/orders', order);
    for (let state: unknown = 'placed'; state === 'placed';) {
      const placed = await read('/api/orders/{orderId}');
      ({ state } = placed);
      ids['correlationId'] = String(placed['correlationId']);
    }
    const payment = { fromAccount: buyer.accountNumber, cardNumber: ids['cardNumber'], amountCents: 50 };
    await change('payCard', '/api/card-payments', payment);
    const { accountNumber: toAccount } = await shop(api).buyer(0);
    const fromAccount = buyer.accountNumber;
    await change('transferMoney', '/api/transfers', { fromAccount, toAccount, amountCents: 10 });
    const repayment = { fromAccount, loanNumber: ids['loanNumber'], amountCents: 20 };
    await change('repayLoanFromAccount', '/api/loan-repayments', repayment);
    ids['mobileNumber'] = uniqueMobileNumber();
    const changed = { newMobileNumber: ids['mobileNumber'] };
    await change('changeMobileNumber', '/api/customers/{customerId}/mobile-number', changed);
  });
  afterAll(() => api.close());

  it('is offered by the reads of every owner and view', () =>
    expect(reads.length).toBeGreaterThanOrEqual(18));

  it.each(reads.filter(([id]) => id !== 'getMobileNumberChange'))(
    'accepts the token of every command: %s',
    async (id, path, file) => {
      expect(tokens.size).toBe(15);
      for (const [name, token] of tokens) {
        const { status } = await readBy(id, path, file, token);
        expect([name, status]).toEqual([name, 200]);
      }
    },
  );

  it.each(reads)('rejects an invalid token: %s', async (id, path, file) => {
    const { status, body } = await readBy(id, path, file, 'nonsense');
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain('Consistency-Token');
  });

  it('sees each product that was just added', async () => {
    for (let round = 0; round < 5; round += 1) {
      const sku = `sku-${randomUUID()}`;
      await change('addProduct', '/api/products', { sku, title: 'Blue Train', unitPriceCents: 1 });
      const { products } = await read(`/api/products?limit=1&cursor=${sku.slice(0, -1)}`);
      expect(products).toMatchObject([{ sku, onHand: 0 }]);
      expect(await read(`/api/products/${sku}`)).toMatchObject({ sku });
    }
  });

  it('sees the new name in every composition and in the search', async () => {
    const name = `Ada ${randomUUID().replaceAll(/[^a-f]/g, '')}x`;
    for (const via of VIAS) {
      await change('rename', '/api/customers/{customerId}', { name: `${name}${via}` }, 'PATCH');
      const { person } = await read(`/api/customers/{customerId}/summary?via=${via}`);
      expect(person).toMatchObject({ status: 'ok', data: { name: `${name}${via}` } });
      const { customers } = await read(`/api/customers?name=${encodeURIComponent(`${name}${via}`)}`);
      expect(customers).toMatchObject([{ customerId: buyer.customerId }]);
    }
  });

  it('sees the last state of everything that the customer has had, the same in lists and compositions', async () => {
    await change('drain', '/api/accounts/{account}/withdrawals', {
      amountCents: Number((await read('/api/accounts/{account}'))['balanceCents']),
    });
    await change('close', '/api/accounts/{account}/close');
    const closed = tokens.get('close')!;
    await change('openAccount', '/api/customers/{customerId}/accounts');
    await change('blockCard', '/api/cards/{cardNumber}/block');
    const blocked = ids['cardNumber'];
    await change('issueCard', '/api/customers/{customerId}/cards');
    await change('grantLoan', '/api/customers/{customerId}/loans', { totalCents: 2_000 });
    const all = [
      closed,
      ...['openAccount', 'blockCard', 'issueCard', 'grantLoan'].map((one) => tokens.get(one)),
    ];
    const token = all.join(', ');
    const statuses = (items: unknown, key: string): Readonly<Record<string, unknown>> =>
      Object.fromEntries((items as Record<string, unknown>[]).map((one) => [one[key], one['status']]));
    const expected = {
      accounts: { [buyer.accountNumber]: 'closed', [ids['accountNumber']!]: 'open' },
      cards: { [blocked!]: 'blocked', [ids['cardNumber']!]: 'active' },
    };
    const lists = {
      accounts: (await read('/api/customers/{customerId}/accounts', token))['accounts'],
      cards: (await read('/api/customers/{customerId}/cards', token))['cards'],
      loans: (await read('/api/customers/{customerId}/loans', token))['loans'],
    };
    expect(lists.loans).toHaveLength(2);
    expect(statuses(lists.accounts, 'accountNumber')).toEqual(expected.accounts);
    expect(statuses(lists.cards, 'cardNumber')).toEqual(expected.cards);
    for (const via of VIAS) {
      const summary = await read(`/api/customers/{customerId}/summary?via=${via}`, token);
      const data = (section: string) => (summary[section] as { data: unknown }).data;
      expect({ via, ...statuses(data('accounts'), 'accountNumber') }).toEqual({ via, ...expected.accounts });
      expect({ via, ...statuses(data('cards'), 'cardNumber') }).toEqual({ via, ...expected.cards });
      expect(data('loans')).toHaveLength(2);
    }
  });

  it('leaves no member out of pages', async () => {
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const { accounts, next } = await read(`/api/customers/{customerId}/accounts?limit=1${cursor}`);
      expect(accounts).toHaveLength(1);
      seen.push(...(accounts as { accountNumber: string }[]).map(({ accountNumber }) => accountNumber));
      if (next === undefined) break;
      cursor = `&cursor=${next as string}`;
    }
    expect(new Set(seen)).toEqual(new Set([buyer.accountNumber, ids['accountNumber']]));
    expect(seen).toHaveLength(2);
  });
});
