import { operations, roles, type Operation, type Role } from '@bankside/contracts/http';
import { actorVerifier, requireOwner, actorOf, STAFF } from '@bankside/auth';
import { createLogger, createMetrics, serviceApp } from '@bankside/runtime';
import { registerSearchAttributes } from '@bankside/saga/worker';
import { sharedAddress } from '@bankside/tools';
import { Connection } from '@temporalio/client';
import { Router } from 'express';
import { SignJWT, generateKeyPair } from 'jose';
import { startGateway, testKeys, type TestGateway } from '../testing/gateway';
import { listen, type Listening } from '../testing/listen';

const SERVICES = ['customers', 'accounts', 'cards', 'loans', 'inventory', 'orders', 'projection', 'composer'];
/** Served by the gateway itself. */
const OWN = new Set<string>(['liveEvents', 'payCard']);
/** No saga has run, and no worker runs one. */
const STATUS: Readonly<Record<string, number>> = {
  getSaga: 404,
  retrySagaStep: 404,
  skipSagaStep: 404,
  abortSaga: 404,
  payCard: 202,
  changeMobileNumber: 202,
};
const MINE = 'c-mine';
const OTHERS = 'c-others';

/** A good request of each call, by customer. A new operation does not compile until it is here. */
const examples: Record<
  keyof typeof operations,
  (customerId: string) => readonly [path: string, body?: object]
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
  repayLoan: () => ['/api/loans/2000000019/repayments', { amountCents: 1 }],
  lockLoan: () => ['/api/loans/2000000019/lock'],
  unlockLoan: () => ['/api/loans/2000000019/unlock'],
  closeLoan: () => ['/api/loans/2000000019/close'],
  addProduct: () => ['/api/products', { sku: 'cd-1', title: 'A record', unitPriceCents: 1 }],
  addStock: () => ['/api/products/cd-1/stock', { quantity: 1 }],
  listProducts: () => ['/api/products'],
  placeOrder: (id) => [
    '/api/orders',
    { customerId: id, lines: [{ sku: 'cd-1', quantity: 1 }], payWith: { account: '1000000017' } },
  ],
  getOrder: () => ['/api/orders/o-1'],
  listOrders: (id) => [`/api/orders?customerId=${id}`],
  changeMobileNumber: (id) => [`/api/customers/${id}/mobile-number`, { newMobileNumber: '+40787654321' }],
  getMobileNumberChange: (id) => [`/api/customers/${id}/mobile-number/n-1`],
  payCard: () => [
    '/api/card-payments',
    { fromAccount: '1000000017', cardNumber: '400000000006', amountCents: 1 },
  ],
  liveEvents: () => ['/api/events'],
  listSagas: () => ['/api/sagas'],
  getSaga: () => ['/api/sagas/o-1'],
  retrySagaStep: () => ['/api/sagas/o-1/retry', { step: 'void' }],
  skipSagaStep: () => ['/api/sagas/o-1/skip', { step: 'void' }],
  abortSaga: () => ['/api/sagas/o-1/abort', { step: 'void' }],
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
  getFaults: () => ['/api/faults/accounts'],
  setFaults: () => ['/api/faults/accounts', { delayMs: 1 }],
  auditService: () => ['/api/audit/accounts'],
  auditChain: () => ['/api/audit/accounts/chain'],
  listWitnessedHeads: () => ['/api/witnessed-heads'],
  auditProjection: () => ['/api/projections/order-status/audit'],
};

const table = Object.entries(operations) as [keyof typeof operations, Operation][];

describe('the authorization of calls', () => {
  const keys = testKeys();
  let gateway: TestGateway;
  let service: Listening;
  let asked = 0;
  let key = 0;

  beforeAll(async () => {
    const owner = Router();
    owner.use((req, res) => {
      if (!/^\/(dapr|feed)\b/.test(req.path)) asked += 1; // Sidecars call at start, live events all the time.
      requireOwner(req, OTHERS, STAFF); // Whatever it is, it is another's.
      res.json({ actor: actorOf(req), profiles: [] });
    });
    service = await listen(
      serviceApp({
        logger: createLogger('owner', 'fatal'),
        metrics: createMetrics('owner'),
        actors: actorVerifier(keys.publicKey),
        routes: { '/': owner },
        ready: async () => {},
      }),
    );
    gateway = await startGateway(Object.fromEntries(SERVICES.map((name) => [name, service.port])), {
      keys,
      waitMs: 300,
    });
    const connection = await Connection.connect({ address: sharedAddress('TEMPORAL') });
    await registerSearchAttributes(connection, 'default');
    await connection.close();
  });
  afterAll(async () => {
    await gateway.close();
    await service.close();
  });

  const ask = async (
    id: keyof typeof operations,
    headers: Readonly<Record<string, string>>,
    about = OTHERS,
  ): Promise<Readonly<{ status: number; type?: string }>> => {
    const [path, body] = examples[id](about);
    const answer = await fetch(`${gateway.url}${path}`, {
      method: operations[id].method.toUpperCase(),
      headers: { 'content-type': 'application/json', 'idempotency-key': `k${(key += 1)}`, ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (answer.headers.get('content-type') === 'text/event-stream') {
      await answer.body?.cancel();
      return { status: answer.status };
    }
    const { type } = (await answer.json()) as { type?: string };
    return { status: answer.status, ...(type !== undefined && { type }) };
  };

  const withRoles = table.flatMap(([id, operation]) => roles.map((role) => [role, id, operation] as const));

  it.each(table)('%s requires a token', async (id) => {
    const before = asked;
    expect(await ask(id, {})).toEqual({ status: 401, type: '/problems/unauthenticated' });
    expect(asked).toBe(before);
  });

  const expected = (
    role: Role,
    id: string,
    { roles: granted, owner }: Operation,
  ): 'refused' | "another's" | 'done' => {
    if (!(granted as readonly Role[]).includes(role)) return 'refused';
    return role === 'customer' && owner !== undefined && !OWN.has(id) ? "another's" : 'done'; // The service decides that it is.
  };

  const bearerOf = (role: Role) => gateway.bearer(role, role === 'customer' ? MINE : undefined);

  it.each(withRoles.filter(([role, id, operation]) => expected(role, id, operation) === 'refused'))(
    'a %s may not %s, and no service is called',
    async (role, id) => {
      const before = asked;
      expect(await ask(id, await bearerOf(role), MINE)).toEqual({ status: 403, type: '/problems/forbidden' });
      expect(asked).toBe(before);
    },
  );

  it.each(withRoles.filter(([role, id, operation]) => expected(role, id, operation) === "another's"))(
    'a %s may %s, but gets 404 where the service finds another owner',
    async (role, id) => {
      const before = asked;
      expect(await ask(id, await bearerOf(role), MINE)).toEqual({
        status: 404,
        type: '/problems/not-found',
      });
      expect(asked).toBe(before + 1);
    },
  );

  it.each(withRoles.filter(([role, id, operation]) => expected(role, id, operation) === 'done'))(
    'a %s may %s',
    async (role, id) => {
      const { status } = await ask(id, await bearerOf(role), MINE);
      expect(status).toBe(STATUS[id] ?? 200);
    },
  );

  const said = table.filter(([, { owner }]) => owner === 'params' || owner === 'query' || owner === 'body');
  it.each(said)("a customer gets 404 for another's %s, and no service is called", async (id) => {
    const before = asked;
    expect(await ask(id, await gateway.bearer('customer', MINE), OTHERS)).toEqual({
      status: 404,
      type: '/problems/not-found',
    });
    expect(asked).toBe(before);
  });

  it('finds the customerId of every call in the part that its owner names', () => {
    for (const [id, operation] of said)
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
    const good = (await gateway.bearer('teller'))['authorization']!.slice('Bearer '.length);
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
