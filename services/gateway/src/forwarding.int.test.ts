import { randomUUID } from 'node:crypto';
import { registerSearchAttributes } from '@bankside/saga/worker';
import { sharedAddress, until } from '@bankside/tools';
import { Client, Connection } from '@temporalio/client';
import { Router } from 'express';
import { echoService } from '../testing/echo-service';
import { startGateway, type TestGateway } from '../testing/gateway';

const WITHIN_MS = 30_000;
const JSON_TYPE = { 'content-type': 'application/json' };
const PROBLEM_TYPE = 'application/problem+json';

const consumer = {
  consumer: 'accounts',
  source: 'customers',
  partition: 0,
  position: 7,
  head: 9,
  events: 2,
  seconds: 1.5,
  state: 'behind',
  parked: 1,
};

const deadLetter = {
  consumer: 'accounts',
  source: 'customers',
  partition: 0,
  position: 8,
  stream: 'customer-c-1',
  type: 'customers.customer-registered.v1',
  state: 'poison',
  reason: 'unknown field',
  at: '2026-01-01T00:00:00.000Z',
};
const deadLetterRef = { consumer: 'accounts', source: 'customers', stream: 'customer-c-1' };

const problem = (status: number, name: string) =>
  JSON.stringify({ type: `/problems/${name}`, title: 'T', status, detail: 'D' });

/** The routes with responses of their own; the others return an empty object. */
const service = (): Router => {
  const router = Router();
  router.patch('/customers/:id', (req, res, next) => {
    if (req.get('if-match') !== '"3"') return next();
    res.status(412).set('ETag', '"4"').type(PROBLEM_TYPE).send(problem(412, 'changed-meanwhile'));
  });
  router.get('/consumers', (_req, res) => void res.json({ consumers: [consumer] }));
  router.get('/dead-letters', ({ query }, res) => {
    if (query['consumer'] === 'none')
      return void res.status(404).type(PROBLEM_TYPE).send(problem(404, 'not-found'));
    res.json({ deadLetters: [deadLetter], next: 'page-2' });
  });
  router.post('/dead-letters/:action', (_req, res) => {
    res.json({ done: true, left: 1, deadLetters: [deadLetter] });
  });
  router.post('/accounts/:number/withdrawals', (_req, res) => {
    res
      .status(422)
      .set({
        'Retry-After': '7',
        'Idempotent-Replayed': 'true',
        'Consistency-Token': 'accounts/a@3',
        'X-Own': '1',
      })
      .type(PROBLEM_TYPE)
      .send(problem(422, 'insufficient-funds'));
  });
  return router;
};

describe('a call through the gateway and two sidecars to a service', () => {
  let echo: Awaited<ReturnType<typeof echoService>>;
  let gateway: TestGateway;
  let teller: Record<string, string>;
  let operator: Record<string, string>;

  beforeAll(async () => {
    const connection = await Connection.connect({ address: sharedAddress('TEMPORAL') });
    await registerSearchAttributes(connection, 'default');
    await connection.close();
    echo = await echoService(service());
    gateway = await startGateway(
      { accounts: echo.port, customers: echo.port },
      { temporalUiUrl: 'https://temporal.example/ui/' },
    );
    teller = await gateway.bearer('teller');
    operator = await gateway.bearer('operator');
  });
  afterAll(async () => {
    await gateway.close();
    await echo.close();
  });

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...teller, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const deposit = (body: unknown, headers?: Record<string, string>) =>
    post('/api/accounts/1000000017/deposits', body, headers);

  it("forwards the caller's key, trace and body", async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { status } = await deposit({ amountCents: 5 }, { 'Idempotency-Key': 'k1', traceparent });
    expect(status).toBe(200);
    const last = echo.seen.at(-1);
    expect(last).toMatchObject({
      method: 'POST',
      path: '/accounts/1000000017/deposits',
      body: { amountCents: 5 },
      headers: { 'idempotency-key': 'caller/dev-teller/k1' },
    });
    expect(last?.headers['traceparent']).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-/);
  });

  it.each([
    undefined,
    'garbage',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, 00-a-b-01',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  ])('begins a new trace instead of %j', async (traceparent) => {
    const headers = { 'Idempotency-Key': 'k1', ...(traceparent !== undefined && { traceparent }) };
    expect((await deposit({ amountCents: 5 }, headers)).status).toBe(200);
    const sent = echo.seen.at(-1)?.headers['traceparent'];
    expect(sent).toMatch(/^00-(?!0{32}|4bf92f35)[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('gives repeats of a change one correlation id, which is also its cause, and believes no other', async () => {
    const correlated = async (key: string, headers: Record<string, string> = {}) => {
      const { headers: responseHeaders } = await deposit(
        { amountCents: 5 },
        { 'Idempotency-Key': key, ...headers },
      );
      const sent = echo.seen.at(-1)!.headers;
      expect(sent['causation-id']).toBe(sent['correlation-id']);
      expect(responseHeaders.get('correlation-id')).toBe(sent['correlation-id']);
      return sent['correlation-id'];
    };
    const first = await correlated('k3');
    expect(first).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await correlated('k3', { 'Correlation-Id': randomUUID(), 'Causation-Id': 'x/0/1' })).toBe(first);
    expect(await correlated('k4')).not.toBe(first);
  });

  it('gives each read a correlation id of its own, and a response without a call one as well', async () => {
    const read = async (path: string, headers = teller) => {
      const { headers: responseHeaders } = await fetch(`${gateway.url}${path}`, { headers });
      return responseHeaders.get('correlation-id');
    };
    const ids = [
      await read('/api/accounts/1000000017'),
      await read('/api/accounts/1000000017'),
      await read('/api/accounts/1000000017', {}),
      await read('/api/nothing'),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(ids).toEqual(ids.map(() => expect.stringMatching(/^[0-9a-f-]{36}$/)));
  });

  it('returns the rejection of a service with the documented headers only', async () => {
    const response = await post(
      '/api/accounts/1000000017/withdrawals',
      { amountCents: 5 },
      { 'Idempotency-Key': 'k2' },
    );
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'retry-after': '7',
      'idempotent-replayed': 'true',
      'consistency-token': 'accounts/a@3',
    });
    expect(response.headers.get('x-own')).toBeNull();
    expect(await response.json()).toMatchObject({ type: '/problems/insufficient-funds' });
  });

  it('forwards If-Match, and returns the current ETag when it does not match', async () => {
    const response = await fetch(`${gateway.url}/api/customers/c-1`, {
      method: 'PATCH',
      headers: { ...JSON_TYPE, ...teller, 'Idempotency-Key': 'k3', 'If-Match': '"3"' },
      body: JSON.stringify({ name: 'Ada King' }),
    });
    expect([response.status, response.headers.get('etag')]).toEqual([412, '"4"']);
    expect(await response.json()).toMatchObject({ type: '/problems/changed-meanwhile' });
  });

  it('rejects If-Match on a mutation that has no resource to compare it with', async () => {
    const response = await fetch(`${gateway.url}/api/customers/c-1/accounts`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...teller, 'Idempotency-Key': 'k4', 'If-Match': '*' },
      body: '{}',
    });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errors: [{ pointer: 'header:if-match' }] },
    ]);
  });

  it.each([
    ['no key', { amountCents: 5 }, {}, 'header:Idempotency-Key'],
    [
      'a key that is too long',
      { amountCents: 5 },
      { 'Idempotency-Key': 'k'.repeat(129) },
      'header:Idempotency-Key',
    ],
    ['half a cent', { amountCents: 0.5 }, { 'Idempotency-Key': 'k' }, '/amountCents'],
    ['a negative amount', { amountCents: -1 }, { 'Idempotency-Key': 'k' }, '/amountCents'],
    ['an amount as text', { amountCents: '5' }, { 'Idempotency-Key': 'k' }, '/amountCents'],
    ['an unknown field', { amountCents: 5, extra: 1 }, { 'Idempotency-Key': 'k' }, '/extra'],
  ])('rejects %s and names it, without a call of the service', async (_what, body, headers, pointer) => {
    const before = echo.seen.length;
    const response = await deposit(body, headers as Record<string, string>);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: '/problems/invalid-request', errors: [{ pointer }] });
    expect(echo.seen).toHaveLength(before);
  });

  it('responds 503 with Retry-After while a service does not respond', async () => {
    const response = await fetch(`${gateway.url}/api/projections`, { headers: operator });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ type: '/problems/unavailable' });
  });

  it('lists the consumers of each service, and marks a service that does not respond', async () => {
    const list = async (service: string): Promise<unknown> => {
      const response = await fetch(`${gateway.url}/api/consumers?service=${service}`, { headers: operator });
      return { status: response.status, body: await response.json() };
    };
    expect(await list('accounts')).toEqual({
      status: 200,
      body: { services: [{ service: 'accounts', status: 'ok', consumers: [consumer] }] },
    });
    expect(await list('worker')).toEqual({
      status: 200,
      body: { services: [{ service: 'worker', status: 'unavailable', consumers: [] }] },
    });
  });

  describe('for dead letters', () => {
    const list = async (query: string): Promise<unknown> => {
      const response = await fetch(`${gateway.url}/api/dead-letters?${query}`, { headers: operator });
      return { status: response.status, body: await response.json() };
    };

    it('lists those of each service, and marks a service that does not respond', async () => {
      expect(await list('service=accounts&state=open&limit=1')).toEqual({
        status: 200,
        body: {
          services: [{ service: 'accounts', status: 'ok', deadLetters: [deadLetter], next: 'page-2' }],
        },
      });
      expect(await list('service=worker')).toEqual({
        status: 200,
        body: { services: [{ service: 'worker', status: 'unavailable', deadLetters: [] }] },
      });
    });

    it('responds 404 for a consumer that the service does not have', async () => {
      expect(await list('service=accounts&consumer=none')).toMatchObject({
        status: 404,
        body: { type: '/problems/not-found' },
      });
    });

    it('rejects an invalid cursor, and a cursor without a service', async () => {
      for (const query of ['service=accounts&cursor=x', 'cursor=x'])
        expect(await list(query)).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } });
    });

    it.each([
      ['replay', deadLetterRef],
      ['discard', { ...deadLetterRef, reason: 'a test' }],
    ])('sends a %s to the service of the consumer', async (action, body) => {
      const response = await fetch(`${gateway.url}/api/dead-letters/${action}`, {
        method: 'POST',
        headers: { ...JSON_TYPE, ...operator, 'Idempotency-Key': action },
        body: JSON.stringify({ service: 'accounts', ...body }),
      });
      expect({ status: response.status, body: await response.json() }).toEqual({
        status: 200,
        body: { done: true, left: 1, deadLetters: [deadLetter] },
      });
      expect(echo.seen.at(-1)).toMatchObject({
        method: 'POST',
        path: `/dead-letters/${action}`,
        body,
        headers: { 'idempotency-key': `caller/dev-operator/${action}` },
      });
    });
  });

  it('lists the sagas of Temporal without the worker, and responds 503 for one that only the worker may know', async () => {
    const list = await fetch(`${gateway.url}/api/sagas?customerId=${randomUUID()}`, { headers: operator });
    expect([list.status, await list.json()]).toMatchObject([200, { sagas: [], complete: false }]);
    const { status } = await fetch(`${gateway.url}/api/sagas/unknown`, { headers: operator });
    expect(status).toBe(503);
  });

  it('lists sagas in pages', async () => {
    const connection = await Connection.connect({ address: sharedAddress('TEMPORAL') });
    const { workflow } = new Client({ connection });
    const ids = Array.from({ length: 5 }, () => `paged-${randomUUID()}`);
    for (const workflowId of ids) await workflow.start('anything', { workflowId, taskQueue: 'no-worker' });
    const seen: string[] = [];
    const pageOf = async (cursor: string | undefined) => {
      // Of all sagas, one that ends meanwhile would change its place in the list.
      const query = new URLSearchParams({
        status: 'running',
        limit: '2',
        ...(cursor !== undefined && { cursor }),
      });
      const response = await fetch(`${gateway.url}/api/sagas?${query.toString()}`, { headers: operator });
      return (await response.json()) as { sagas: { sagaId: string }[]; next?: string };
    };
    const listed = async (): Promise<void> => {
      const { count } = await workflow.count(`WorkflowId STARTS_WITH 'paged-'`);
      if (count < ids.length) throw new Error(`${count} of ${ids.length}`);
    };
    await until(listed, { what: 'the list of sagas', timeoutMs: WITHIN_MS });
    for (let page = await pageOf(undefined); ; page = await pageOf(page.next)) {
      seen.push(...page.sagas.map(({ sagaId }) => sagaId));
      if (page.next === undefined) break;
    }
    expect(seen.filter((id) => ids.includes(id)).sort()).toEqual([...ids].sort());
    expect(new Set(seen).size).toBe(seen.length);
    await Promise.all(ids.map((id) => workflow.getHandle(id).terminate()));
    await connection.close();
  });

  it("links each saga to Temporal's own page of it", async () => {
    const connection = await Connection.connect({ address: sharedAddress('TEMPORAL') });
    const workflowId = `linked/${randomUUID()}`;
    const { workflow } = new Client({ connection });
    const { firstExecutionRunId } = await workflow.start('anything', { workflowId, taskQueue: 'no-worker' });
    const link = `https://temporal.example/ui/namespaces/default/workflows/${encodeURIComponent(workflowId)}/${firstExecutionRunId}`;
    const read = async (path: string): Promise<unknown> =>
      (await fetch(`${gateway.url}/api/sagas${path}`, { headers: operator })).json();
    expect(await read(`/${encodeURIComponent(workflowId)}`)).toMatchObject({ link });
    const listed = async (): Promise<void> =>
      expect(await read('?limit=100')).toMatchObject({
        sagas: expect.arrayContaining([expect.objectContaining({ sagaId: workflowId, link })]) as unknown[],
      });
    await until(listed, { what: 'the list of sagas', timeoutMs: WITHIN_MS });
    await workflow.getHandle(workflowId).terminate();
    await connection.close();
  });

  it('rejects an invalid cursor', async () => {
    for (const cursor of ['arguments', '%00', 'AAAA', 'x'.repeat(500)]) {
      const { status } = await fetch(`${gateway.url}/api/sagas?cursor=${cursor}`, { headers: operator });
      expect([cursor, status]).toEqual([cursor, 400]);
    }
  });

  it('serves the documents of the API and the pages of problems', async () => {
    const page = await fetch(`${gateway.url}/docs`);
    const text = await page.text();
    const parts = [...text.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(([, path]) => path);
    expect(parts).toHaveLength(4);
    for (const path of parts) expect((await fetch(`${gateway.url}${path}`)).status).toBe(200);
    const document = await fetch(`${gateway.url}/openapi.json`);
    expect(await document.json()).toMatchObject({ openapi: '3.1.1' });
    const events = await fetch(`${gateway.url}/asyncapi.json`);
    expect(await events.json()).toMatchObject({ asyncapi: '3.0.0' });
    const schema = await fetch(`${gateway.url}/schemas/accounts.money-deposited.v1.json`);
    expect(await schema.json()).toMatchObject({ $id: 'accounts.money-deposited.v1.json' });
    const problem = await fetch(`${gateway.url}/problems/insufficient-funds`);
    expect(await problem.text()).toContain('POST /api/accounts/{accountNumber}/withdrawals');
  });
});
