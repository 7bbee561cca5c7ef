import { randomUUID } from 'node:crypto';
import { owners, servicesWithConsumers, servicesWithFaults } from '@bankside/contracts/owners';
import { operations, roles, type Operation, type Role } from '@bankside/contracts/http';
import { actorVerifier, requireOwner, actorOf, STAFF } from '@bankside/auth';
import { createLogger, createMetrics, serviceApp } from '@bankside/runtime';
import { registerSearchAttributes } from '@bankside/saga/worker';
import { allowedCallsOf, allServices, compareCalls, sharedAddress, until } from '@bankside/tools';
import { Connection } from '@temporalio/client';
import { Router } from 'express';
import { SignJWT, generateKeyPair } from 'jose';
import { startGateway, testKeys, type TestGateway } from '../testing/gateway';
import { listen, type Listening } from '../testing/listen';

const SERVICES = Object.keys(allServices().find(({ name }) => name === 'gateway')!.calls);
/** Served by the gateway itself. */
const OWN = new Set<string>([
  'liveEvents',
  'getStatus',
  'payCard',
  'getCardPayment',
  'repayLoanFromAccount',
  'getLoanRepayment',
  'listAuditLog',
  'readCurves',
]);
/** No saga has run, and no worker runs one. */
const STATUS: Readonly<Record<string, number>> = {
  getSaga: 404,
  retrySagaStep: 404,
  skipSagaStep: 404,
  abortSaga: 404,
  payCard: 202,
  cancelOrder: 409, // The order of these services has no state.
  getCardPayment: 404,
  repayLoanFromAccount: 202,
  getLoanRepayment: 404,
  changeMobileNumber: 202,
  deactivateCustomer: 202,
  forgetCustomer: 202,
};
const MINE = 'c-mine';
const OTHERS = 'c-others';

/** A good request of each call, by customer. A new operation does not compile until it is here. */
const examples: Record<
  keyof typeof operations,
  (customerId: string) => readonly [path: string, body?: object | string]
> = {
  registerCustomer: () => [
    '/api/customers',
    { name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber: '+40712345678' },
  ],
  getCustomer: (id) => [`/api/customers/${id}`],
  changeCustomer: (id) => [`/api/customers/${id}`, { name: 'Ada King' }],
  deactivateCustomer: (id) => [`/api/customers/${id}`],
  forgetCustomer: (id) => [`/api/customers/${id}/forget`],
  getSummary: (id) => [`/api/customers/${id}/summary?via=composer`],
  findSummary: () => ['/api/summary?mobileNumber=%2B40712345678&via=composer'],
  openAccount: (id) => [`/api/customers/${id}/accounts`, {}],
  listAccounts: (id) => [`/api/customers/${id}/accounts`],
  getAccount: () => ['/api/accounts/1000000017'],
  deposit: () => ['/api/accounts/1000000017/deposits', { amountCents: 1 }],
  withdraw: () => ['/api/accounts/1000000017/withdrawals', { amountCents: 1 }],
  freezeAccount: () => ['/api/accounts/1000000017/freeze'],
  unfreezeAccount: () => ['/api/accounts/1000000017/unfreeze'],
  closeAccount: () => ['/api/accounts/1000000017/close'],
  issueCard: (id) => [`/api/customers/${id}/cards`, {}],
  listCards: (id) => [`/api/customers/${id}/cards`],
  getCard: () => ['/api/cards/400000000006'],
  blockCard: () => ['/api/cards/400000000006/block'],
  grantLoan: (id) => [`/api/customers/${id}/loans`, { totalCents: 1 }],
  listLoans: (id) => [`/api/customers/${id}/loans`],
  getLoan: () => ['/api/loans/2000000019'],
  repayLoanFromAccount: () => [
    '/api/loan-repayments',
    { fromAccount: '1000000017', loanNumber: '2000000019', amountCents: 1 },
  ],
  getLoanRepayment: () => ['/api/loan-repayments/r-1'],
  transferMoney: () => [
    '/api/transfers',
    { fromAccount: '1000000017', toAccount: '1000000025', amountCents: 1 },
  ],
  getTransfer: () => ['/api/transfers/t-1'],
  listTransfers: (id) => [`/api/customers/${id}/transfers`],
  repayLoan: () => ['/api/loans/2000000019/repayments', { amountCents: 1 }],
  lockLoan: () => ['/api/loans/2000000019/lock'],
  unlockLoan: () => ['/api/loans/2000000019/unlock'],
  closeLoan: () => ['/api/loans/2000000019/close'],
  addProduct: () => ['/api/products', { sku: 'cd-1', title: 'A record', unitPriceCents: 1 }],
  addStock: () => ['/api/products/cd-1/stock', { quantity: 1 }],
  listProducts: () => ['/api/products'],
  getProduct: () => ['/api/products/cd-1'],
  placeOrder: (id) => [
    '/api/orders',
    { customerId: id, lines: [{ sku: 'cd-1', quantity: 1 }], payWith: { account: '1000000017' } },
  ],
  getOrder: () => ['/api/orders/o-1'],
  cancelOrder: () => ['/api/orders/o-1/cancellation', {}],
  returnOrder: () => ['/api/orders/o-1/returns', { lines: [{ sku: 'cd-1', quantity: 1 }] }],
  payOutRefund: () => ['/api/orders/o-1/returns/r-1/payout'],
  listOrders: (id) => [`/api/orders?customerId=${id}`],
  changeMobileNumber: (id) => [`/api/customers/${id}/mobile-number`, { newMobileNumber: '+40787654321' }],
  getMobileNumberChange: (id) => [`/api/customers/${id}/mobile-number/n-1`],
  payCard: () => [
    '/api/card-payments',
    { fromAccount: '1000000017', cardNumber: '400000000006', amountCents: 1 },
  ],
  getCardPayment: () => ['/api/card-payments/p-1'],
  liveEvents: () => ['/api/events'],
  listSagas: () => ['/api/sagas'],
  getSaga: () => ['/api/sagas/o-1'],
  retrySagaStep: () => ['/api/sagas/o-1/retry', { step: 'void' }],
  skipSagaStep: () => ['/api/sagas/o-1/skip', { step: 'void' }],
  abortSaga: () => ['/api/sagas/o-1/abort', { step: 'void' }],
  listEvents: () => ['/api/events/history'],
  listStreams: () => ['/api/streams/accounts'],
  readDocument: () => ['/api/projections/order-status/documents/o-1'],
  finishSaga: () => ['/api/sagas/o-1/finish', { reason: 'a test' }],
  listAttention: () => ['/api/attention'],
  resolveAttention: () => [`/api/attention/${randomUUID()}/resolve`, { reason: 'a test' }],
  readStream: () => ['/api/streams/accounts/account-1000000017'],
  listProjections: () => ['/api/projections'],
  getProjection: () => ['/api/projections/order-status'],
  rebuildProjection: () => ['/api/projections/order-status/rebuild'],
  listConsumers: () => ['/api/consumers?service=accounts'],
  listDeadLetters: () => ['/api/dead-letters?service=accounts'],
  replayDeadLetters: () => [
    '/api/dead-letters/replay',
    { service: 'accounts', consumer: 'accounts', source: 'cards', stream: 'card-1' },
  ],
  discardDeadLetters: () => [
    '/api/dead-letters/discard',
    { service: 'accounts', consumer: 'accounts', source: 'cards', stream: 'card-1', reason: 'a test' },
  ],
  searchCustomers: () => ['/api/customers?name=ada'],
  getStatement: (id) => [`/api/customers/${id}/statement`],
  getMonthlyTotals: (id) => [`/api/customers/${id}/monthly-totals`],
  getBankTotals: () => ['/api/bank-totals/EUR'],
  listAuditLog: () => ['/api/audit-log'],
  readCurves: () => ['/api/curves'],
  listJournalEntries: () => ['/api/journal'],
  getTrialBalance: () => ['/api/journal/trial-balance'],
  exportJournal: () => ['/api/journal/export?day=2026-01-31'],
  reconcileCash: () => [
    '/api/journal/reconciliation?day=2026-01-31&currency=EUR',
    'date,amount,currency,reference\n',
  ],
  getFaults: () => ['/api/faults/accounts'],
  switchFaults: () => ['/api/faults/accounts', { delayMs: 1 }],
  setFaults: () => ['/api/faults/accounts', { delayMs: 1 }],
  getSystem: () => ['/api/system'],
  getStatus: () => ['/api/status'],
  auditService: () => ['/api/audit/accounts'],
  auditChain: () => ['/api/audit/accounts/chain'],
  listWitnessedHeads: () => ['/api/witnessed-heads'],
  getStory: () => ['/api/stories/6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11'],
  auditProjection: () => ['/api/projections/order-status/audit'],
};

const table = Object.entries(operations) as [keyof typeof operations, Operation][];

describe('the authorization of calls', () => {
  const keys = testKeys();
  let gateway: TestGateway;
  let services: readonly Listening[];
  /** Calls that reached a service, with its name. */
  const reached: string[] = [];
  let asked = 0;
  let key = 0;

  beforeAll(async () => {
    const map = allServices();
    const serviceOf = (name: string): Promise<Listening> => {
      const owner = Router();
      owner.use((req, res) => {
        reached.push(`${name}: ${req.method} ${req.path}`);
        if (!/^\/(dapr|feed|projections\/customer-profile$)/.test(req.path)) asked += 1; // Called on behalf of all callers, all the time.
        requireOwner(req, OTHERS, STAFF); // Whatever it is, it is another's.
        if (req.path.startsWith('/saga-records/')) return void res.sendStatus(404);
        const commits = [
          {
            id: `${name}/order-o-1@1`,
            causedBy: '',
            at: '',
            service: name,
            stream: 'order-o-1',
            revision: 1,
            events: [],
            published: [{ id: 'orders/0/1', type: 'orders.order-placed.v1' }],
          },
        ];
        const feed = { events: [], head: 0, partitions: 1 };
        const transfers = [{ transferId: 't-1' }];
        const lists = { profiles: [], records: [], entries: [], lines: transfers, transfers, commits };
        res.json({
          actor: actorOf(req),
          ...lists,
          more: false,
          ...feed,
          deliveries: [],
          deadLetters: [],
        });
      });
      return listen(
        serviceApp({
          logger: createLogger(name, 'fatal'),
          metrics: createMetrics(name),
          actors: actorVerifier(keys.publicKey, name),
          allowedCalls: allowedCallsOf(name, map),
          routes: { '/': owner },
          ready: async () => {},
        }),
      );
    };
    services = await Promise.all(SERVICES.map(serviceOf));
    gateway = await startGateway(Object.fromEntries(SERVICES.map((name, at) => [name, services[at]!.port])), {
      keys,
      waitMs: 300,
    });
    const connection = await Connection.connect({ address: sharedAddress('TEMPORAL') });
    await registerSearchAttributes(connection, 'default');
    await connection.close();
  });
  afterAll(async () => {
    await gateway.close();
    await Promise.all(services.map((one) => one.close()));
  });

  const ask = async (
    id: keyof typeof operations,
    headers: Readonly<Record<string, string>>,
    about = OTHERS,
  ): Promise<Readonly<{ status: number; type?: string }>> => {
    const [path, body] = examples[id](about);
    const response = await fetch(`${gateway.url}${path}`, {
      method: operations[id].method.toUpperCase(),
      headers: {
        'content-type': typeof body === 'string' ? 'text/csv' : 'application/json',
        'idempotency-key': `k${(key += 1)}`,
        ...headers,
      },
      ...(body && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    if (/^text\/(event-stream|csv)/.test(response.headers.get('content-type') ?? '')) {
      await response.body?.cancel();
      return { status: response.status };
    }
    const { type } = (await response.json()) as { type?: string };
    return { status: response.status, ...(type !== undefined && { type }) };
  };

  const bearerOf = (held: readonly Role[]) =>
    gateway.bearer([...held], held.includes('customer') ? MINE : undefined);

  it.each(table)('%s requires a token', async (id) => {
    const before = asked;
    expect(await ask(id, {})).toEqual({ status: 401, type: '/problems/unauthenticated' });
    expect(asked).toBe(before);
  });

  /** `authorize.unit.test` shows for every call that two roles together reach as far as either; this is one such pair. */
  const held: readonly (readonly Role[])[] = [...roles.map((role) => [role]), ['customer', 'operator']];
  const inRequest = ({ owner }: Operation): boolean =>
    owner === 'params' || owner === 'query' || owner === 'body';

  type Outcome = Readonly<{ status: number; type?: string; asked: number }>;
  const FORBIDDEN: Outcome = { status: 403, type: '/problems/forbidden', asked: 0 };
  const notFound = (calls: number): Outcome => ({ status: 404, type: '/problems/not-found', asked: calls });

  /** Undefined if the call reaches what it is about. */
  const rejection = (
    mine: readonly Role[],
    [id, operation]: (typeof table)[number],
    about: string,
  ): Outcome | undefined => {
    const opening = mine.filter((role) => (operation.roles as readonly Role[]).includes(role));
    if (opening.length === 0) return FORBIDDEN;
    if (opening.some((role) => role !== 'customer') || operation.owner === undefined) return undefined;
    if (about === OTHERS && inRequest(operation)) return notFound(0);
    // The service decides that it is another's. The owner of orders is first asked for those of the story.
    return OWN.has(id) ? undefined : notFound(id === 'getStory' ? 2 : 1);
  };

  const cases = held.flatMap((mine) =>
    table.flatMap((row) =>
      [MINE, OTHERS].map((about) => [mine.join(' and '), row[0], about, mine, row] as const),
    ),
  );

  it.each(cases)('with the role %s, %s for %s reaches as far as the role that opens it', async (...one) => {
    const [, id, about, mine, row] = one;
    const before = asked;
    const response = await ask(id, await bearerOf(mine), about);
    const expected = rejection(mine, row, about) ?? { status: STATUS[id] ?? 200 };
    expect({ ...response, asked: asked - before }).toMatchObject(expected);
  });

  it('makes each call that the services map lists, and no other', async () => {
    const asStaff = await bearerOf(['teller', 'operator']);
    const request = async (method: string, path: string, body?: object): Promise<void> => {
      await fetch(`${gateway.url}/api/${path}`, {
        method,
        headers: { 'content-type': 'application/json', 'idempotency-key': `k${(key += 1)}`, ...asStaff },
        ...(body && { body: JSON.stringify(body) }),
      });
    };
    for (const via of ['view', 'gateway', 'composer']) {
      await request('GET', `customers/${MINE}/summary?via=${via}`);
      await request('GET', `summary?mobileNumber=%2B40712345678&via=${via}`);
    }
    const newMobileNumber = '+40787654321';
    await request('POST', `customers/${MINE}/mobile-number`, { newMobileNumber, style: 'choreography' });
    await request('GET', 'consumers');
    await request('GET', 'witnessed-heads');
    await request('GET', 'system');
    await request('GET', 'status');
    await request('GET', 'dead-letters');
    for (const service of servicesWithConsumers) {
      const stream = { service, consumer: 'x', source: 'cards', stream: 'card-1' };
      await request('POST', 'dead-letters/replay', stream);
      await request('POST', 'dead-letters/discard', { ...stream, reason: 'a test' });
    }
    for (const service of owners) {
      await request('GET', `streams/${service}`);
      await request('GET', `streams/${service}/x-1`);
      await request('GET', `audit/${service}`);
      await request('GET', `audit/${service}/chain`);
    }
    await request('GET', 'attention');
    await request('POST', `attention/${randomUUID()}/resolve`, { reason: 'a test' });
    await request('POST', 'sagas/o-1/finish', { reason: 'a test' });
    for (const service of servicesWithFaults) {
      await request('GET', `faults/${service}`);
      await request('PUT', `faults/${service}`, { delayMs: 1 });
      await request('PATCH', `faults/${service}`, { delayMs: 1 });
    }
    gateway.curves.start();
    await until(
      async () =>
        expect(reached).toEqual(expect.arrayContaining(owners.map((owner) => `${owner}: GET /outbox`))),
      { what: 'a sample of the curves', timeoutMs: 10_000 },
    );
    gateway.curves.stop();

    expect(reached.length).toBeGreaterThan(table.length);
    expect(compareCalls('gateway', 'calls', reached)).toEqual({ unused: [], unlisted: [] });
  }, 60_000);

  it('finds the customerId of every call in the part that its owner names', () => {
    const named = table.filter(([, operation]) => inRequest(operation));
    expect(named.length).toBeGreaterThan(5);
    for (const [id, operation] of named)
      expect([
        id,
        Object.keys(operation[operation.owner as 'params' | 'query' | 'body']?.shape ?? {}),
      ]).toEqual([id, expect.arrayContaining(['customerId'])]);
  });

  it('rejects tokens that are unsigned, for another audience, or expired', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const token = (claims: Readonly<{ iss?: string; aud?: string; exp?: number }>) =>
      new SignJWT({ iss: 'bankside-development', aud: 'bankside', exp: 4e9, roles: ['teller'], ...claims })
        .setProtectedHeader({ alg: 'RS256' })
        .setSubject('x')
        .sign(privateKey);
    const good = (await bearerOf(['teller']))['authorization']!.slice('Bearer '.length);
    const [header, , signature] = good.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`;
    const raised = Buffer.from(JSON.stringify({ iss: 'bankside-development', roles: ['operator'] })).toString(
      'base64url',
    );
    const bad = [
      '',
      'x',
      'a.b.c',
      await token({}),
      await token({ iss: 'nobody' }),
      none,
      `${header}.${raised}.${signature}`,
    ];
    for (const one of bad)
      expect(await ask('listProducts', { authorization: `Bearer ${one}` })).toMatchObject({ status: 401 });
    expect(await ask('listProducts', { authorization: `Bearer ${good}` })).toEqual({ status: 200 });
  });
});
