import { createServiceDatabase } from '@bankside/tools';
import { Outage } from '@bankside/dapr';
import { Pool } from 'pg';
import { echoService } from '../../testing/echo-service';
import { startGateway, type TestGateway } from '../../testing/gateway';
import { auditLogMigrations } from '../migrations';
import { auditLog, type AuditLog } from './audit-log';

describe('the audit log', () => {
  let pool: Pool;
  let log: AuditLog;
  let owner: Awaited<ReturnType<typeof echoService>>;
  let gateway: TestGateway;
  let operator: Record<string, string>;
  let teller: Record<string, string>;
  let isDown = false;
  let key = 0;

  beforeAll(async () => {
    const database = await createServiceDatabase('gateway', [auditLogMigrations]);
    pool = new Pool({ connectionString: database.url });
    log = auditLog(pool);
    owner = await echoService((req, res, next) => {
      if (req.path === '/faults') return void res.json(req.body);
      if (req.path === '/customer-profile')
        return void res.json({
          profiles: ['ada', 'bob'].map((customerId) => ({ person: { customerId, status: 'active' } })),
        });
      if (req.path.startsWith('/customers/none'))
        return void res.status(404).json({ type: '/problems/not-found' });
      if (req.path.startsWith('/customers/'))
        return void res.json({ customerId: 'ada', status: 'active', name: 'Ada' });
      next();
    });
    const ports = { customers: owner.port, projection: owner.port, accounts: owner.port };
    gateway = await startGateway(ports, {
      auditLog: {
        ...log,
        begin: (action) => (isDown ? auditLog(broken).begin(action) : log.begin(action)),
        record: (action, outcome) =>
          isDown ? auditLog(broken).record(action, outcome) : log.record(action, outcome),
      },
    });
    [operator, teller] = [await gateway.bearer('operator'), await gateway.bearer('teller')];
  });
  beforeEach(() => {
    isDown = false;
  });
  afterAll(async () => {
    await gateway.close();
    await owner.close();
    await Promise.all([pool.end(), broken.end()]);
  });
  const broken = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });

  const call = (method: string, path: string, headers: Record<string, string>, body?: object) =>
    fetch(`${gateway.url}${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': `k${(key += 1)}` },
      ...(body && { body: JSON.stringify(body) }),
    });
  const newest = async () => (await log.list({ limit: 1 })).entries[0];

  it('records a change with its targets, its reason and its outcome', async () => {
    const trace = 'a'.repeat(32);
    const traced = { ...operator, traceparent: `00-${trace}-${'b'.repeat(16)}-01` };
    expect((await call('PUT', '/api/faults/accounts', traced, { delayMs: 7 })).status).toBe(200);
    expect(await newest()).toEqual({
      at: expect.any(String),
      endedAt: expect.any(String),
      subject: 'dev-operator',
      roles: ['operator'],
      action: 'setFaults',
      targets: { service: 'accounts', delayMs: 7, seconds: 300 },
      status: 200,
      traceId: trace,
      customers: [],
    });
  });

  it('records a search with the customers found, and without the text of the search', async () => {
    expect((await call('GET', '/api/customers?name=Quibbleton', teller)).status).toBe(200);
    const entry = await newest();
    expect(entry).toMatchObject({ action: 'searchCustomers', customers: ['ada', 'bob'], status: 200 });
    expect(JSON.stringify(entry)).not.toContain('Quibbleton');
  });

  it('records each of many concurrent reads', async () => {
    const trace = 'c'.repeat(32);
    const traced = { ...teller, traceparent: `00-${trace}-${'b'.repeat(16)}-01` };
    const reads = Array.from({ length: 50 }, () => call('GET', '/api/customers/ada', traced));
    const statuses = (await Promise.all(reads)).map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 50 }, () => 200));
    const { entries } = await log.list({ limit: 100 });
    expect(entries.filter(({ traceId }) => traceId === trace)).toHaveLength(50);
  });

  it('stores a text with characters that PostgreSQL cannot store', async () => {
    const action = { subject: 'eve', roles: [], action: 'getCustomer', customers: [], traceId: '' };
    await log.record({ ...action, targets: { typed: 'a\0b\ud800' } }, { status: 200, customers: [] });
    expect(await newest()).toMatchObject({ targets: { typed: 'a\u{FFFD}b\u{FFFD}' }, status: 200 });
  });

  it('records a read that found nothing, with its problem', async () => {
    expect((await call('GET', '/api/customers/none', teller)).status).toBe(404);
    expect(await newest()).toMatchObject({
      action: 'getCustomer',
      targets: { customerId: 'none' },
      status: 404,
      problem: 'not-found',
    });
  });

  it('records no read of their own data by customers, and no read of anything but persons', async () => {
    const before = await newest();
    expect((await call('GET', '/api/customers/ada', await gateway.bearer('customer', 'ada'))).status).toBe(
      200,
    );
    expect((await call('GET', '/api/consumers?service=accounts', operator)).status).toBe(200);
    expect(await newest()).toEqual(before);
  });

  it('lets no change and no read of a person pass while it cannot be written', async () => {
    const seen = owner.seen.length;
    isDown = true;
    const change = await call('PUT', '/api/faults/accounts', operator, { delayMs: 9 });
    expect([change.status, await change.json()]).toMatchObject([503, { type: '/problems/unavailable' }]);
    expect(owner.seen.slice(seen).filter(({ path }) => path === '/faults')).toEqual([]);
    const read = await call('GET', '/api/customers/ada', teller);
    expect([read.status, await read.text()]).toEqual([503, expect.not.stringContaining('Ada')]);
    expect((await call('GET', '/api/customers/ada', await gateway.bearer('customer', 'ada'))).status).toBe(
      200,
    );
    await expect(auditLog(broken).list({ limit: 1 })).rejects.toThrow(Outage);
  });

  it('keeps an action whose outcome was never recorded', async () => {
    const { action, customers, ...rest } = {
      action: 'abortSaga',
      customers: [],
      subject: 'eve',
      roles: ['operator'],
    };
    await log.begin({ ...rest, action, customers, targets: { sagaId: 's1' }, traceId: '' });
    const entry = await newest();
    expect(entry).toMatchObject({ subject: 'eve', action: 'abortSaga' });
    expect(entry).not.toHaveProperty('status');
  });

  it('is listed in pages, by subject, action, customer and time', async () => {
    const list = async (query: string) => {
      const response = await call('GET', `/api/audit-log?${query}`, operator);
      expect(response.status).toBe(200);
      return (await response.json()) as Awaited<ReturnType<AuditLog['list']>>;
    };
    const { entries: all } = await list('limit=100');
    expect(all.length).toBeGreaterThan(3);
    const paged: (typeof all)[number][] = [];
    let cursor = '';
    do {
      const { entries, next } = await list(`limit=2${cursor}`);
      paged.push(...entries);
      cursor = next === undefined ? '' : `&cursor=${next}`;
    } while (cursor !== '');
    expect(paged).toEqual(all);
    const actionsBy = async (query: string) => (await list(query)).entries.map(({ action }) => action);
    expect(await actionsBy('customerId=bob')).toEqual(['searchCustomers']);
    expect(await actionsBy('customerId=none')).toEqual(['getCustomer']);
    expect(await actionsBy('subject=eve')).toEqual(['abortSaga', 'getCustomer']);
    expect(await actionsBy('action=setFaults')).toEqual(['setFaults']);
    expect(await actionsBy(`to=${all.at(-1)!.at}`)).toEqual([]);
    expect(await actionsBy(`from=${all[0]!.at}`)).toEqual([all[0]!.action]);
    expect((await call('GET', '/api/audit-log?cursor=x', operator)).status).toBe(400);
  });

  it.each([
    'update audit_action set subject = $$x$$',
    'delete from audit_action',
    'update audit_outcome set status = 200',
    'delete from audit_outcome',
    'truncate audit_action, audit_outcome',
    'drop table audit_outcome',
    'alter table audit_action disable trigger all',
  ])('rejects `%s` from the service itself', async (statement) => {
    await expect(pool.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  });
});
