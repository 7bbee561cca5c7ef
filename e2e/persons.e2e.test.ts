import { randomUUID } from 'node:crypto';
import type { ApiClient, Identity } from '@bankside/client';
import { operations, type Operation, type OperationId } from '@bankside/contracts/http';
import { until } from '@bankside/tools';
import { devToken, gatewayUrl, shop, signInAs, uniqueMobileNumber } from './shop';

const bearer = async (identity: Identity): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await devToken(identity)}`,
});

/** Collects a live stream as text until it ends or is left. */
const watch = async (headers: Readonly<Record<string, string>>) => {
  const abort = new AbortController();
  const response = await fetch(`${gatewayUrl()}/api/events`, { headers, signal: abort.signal });
  expect(response.status).toBe(200);
  let text = '';
  const read = async (): Promise<void> => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  };
  const ended = read().catch(() => undefined);
  return { text: () => text, ended, leave: () => abort.abort() };
};

const person = () => {
  const unique = randomUUID().slice(0, 8);
  return {
    name: `Zyxwolf${unique} Quibbleton`,
    email: `zyxwolf${unique}@quibbleton${unique}.example`,
    mobileNumber: uniqueMobileNumber(),
  };
};

const register = async (teller: ApiClient, details: ReturnType<typeof person>): Promise<string> => {
  const { status, body } = await teller.post('/api/customers', randomUUID(), details);
  expect(status).toBe(201);
  return String(body['customerId']);
};

describe('the token of a customer', () => {
  let teller: ApiClient;
  beforeAll(async () => {
    teller = await signInAs({ role: 'teller' });
  });
  afterAll(() => teller.close());

  it.each([
    ['deactivated', 'DELETE', ''],
    ['forgotten', 'POST', '/forget'],
  ] as const)('is rejected within seconds after the customer was %s', async (what, method, path) => {
    const customerId = await register(teller, person());
    const headers = await bearer({ role: 'customer', customerId });
    const get = (of: string) => fetch(`${gatewayUrl()}/api/${of}`, { headers });
    expect((await get(`customers/${customerId}`)).status).toBe(200);
    const live = await watch(headers);
    const key = randomUUID();
    const leave = () => teller.call(method, `/api/customers/${customerId}${path}`, { key });
    await until(async () => expect((await leave()).status).toBe(200), {
      what: 'the closure',
      timeoutMs: 20_000,
    });
    const leftAt = performance.now();
    const refused = async (): Promise<void> => {
      const response = await get(`customers/${customerId}/summary`);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ type: '/problems/customer-left' });
    };
    await until(refused, { what: 'the refusal', timeoutMs: 10_000 });
    const callsMs = performance.now() - leftAt;
    await live.ended;
    const streamMs = performance.now() - leftAt;
    console.info(
      `A ${what} customer is rejected after ${Math.round(callsMs)} ms; a live stream ends after ${Math.round(streamMs)} ms.`,
    );
    expect(callsMs).toBeLessThan(5_000);
    expect(streamMs).toBeLessThan(10_000);
    for (const other of ['products', 'events', 'sagas']) expect((await get(other)).status).toBe(401);
  });
});

describe('an operator', () => {
  const before = person();
  const after = person();
  const traces = [...Object.values(before), ...Object.values(after), 'Zyxwolf', 'Quibbleton'];
  const found = (text: string): readonly string[] =>
    traces.filter((trace) => text.toLowerCase().includes(trace.toLowerCase()));
  let teller: ApiClient;
  let headers: Record<string, string>;
  let customerId: string;
  let orderId: string;
  let sku: string;
  let correlationId: string;
  let seenByOperator: string;
  let seenByTeller: string;

  beforeAll(async () => {
    teller = await signInAs({ role: 'teller' });
    headers = await bearer({ role: 'operator' });
    const streams = [await watch(headers), await watch(await bearer({ role: ['teller', 'operator'] }))];
    await until(async () => streams.forEach((one) => expect(one.text()).toContain('event: cursor')), {
      what: 'the beginning of the live streams',
      timeoutMs: 20_000,
    });
    customerId = await register(teller, before);
    const opened = await teller.post(`/api/customers/${customerId}/accounts`, randomUUID(), {});
    const buyer = {
      customerId,
      accountNumber: String(opened.body['accountNumber']),
      mobileNumber: before.mobileNumber,
    };
    sku = await shop(teller).product(0, 5);
    ({ orderId } = await shop(teller).order(buyer, sku, 1));
    correlationId = String((await teller.get(`/api/orders/${orderId}`)).body['correlationId']);
    const change = { body: { name: after.name, email: after.email }, key: randomUUID() };
    expect((await teller.call('PATCH', `/api/customers/${customerId}`, change)).status).toBe(200);
    const number = { body: { newMobileNumber: after.mobileNumber }, key: randomUUID() };
    const ask = () => teller.call('POST', `/api/customers/${customerId}/mobile-number`, number);
    await until(async () => expect((await ask()).status).toBe(200), {
      what: 'the new number',
      timeoutMs: 30_000,
    });
    const changed = 'customers.mobile-number-changed.v1';
    await until(async () => streams.forEach((one) => expect(one.text()).toContain(changed)), {
      what: 'the last event in the live streams',
      timeoutMs: 20_000,
    });
    streams.forEach((one) => one.leave());
    [seenByOperator, seenByTeller] = streams.map((one) => one.text()) as [string, string];
  });
  afterAll(() => teller.close());

  /** Every read that the role operator opens, with the places where the customer could show. */
  const reads: Readonly<Partial<Record<OperationId, () => readonly string[]>>> = {
    readStream: () => [
      ...['', '?revision=1', '?revision=2', `?at=${encodeURIComponent(new Date().toISOString())}`].map(
        (at) => `/api/streams/customers/customer-${customerId}${at}`,
      ),
      `/api/streams/orders/order-${orderId}`,
    ],
    auditChain: () => ['/api/audit/customers/chain'],
    auditService: () => ['customers', 'accounts', 'orders'].map((service) => `/api/audit/${service}`),
    listSagas: () => ['/api/sagas', `/api/sagas?customerId=${customerId}`],
    getSaga: () => [`/api/sagas/${orderId}`],
    getStory: () => [`/api/stories/${correlationId}`],
    listStreams: () => ['/api/streams/customers', `/api/streams/customers?contains=${customerId}`],
    readDocument: () => [
      `/api/projections/customer-profile/documents/${customerId}`,
      `/api/projections/order-status/documents/${orderId}`,
    ],
    listConsumers: () => ['/api/consumers'],
    listDeadLetters: () => ['/api/dead-letters', '/api/dead-letters?state=resolved'],
    listProjections: () => ['/api/projections'],
    getProjection: () => ['/api/projections/customer-profile'],
    auditProjection: () => ['/api/projections/customer-profile/audit'],
    getBankTotals: () => ['/api/bank-totals/EUR'],
    exportJournal: () => [`/api/journal/export?day=${new Date().toISOString().slice(0, 10)}`],
    getOrder: () => [`/api/orders/${orderId}`],
    listOrders: () => [`/api/orders?customerId=${customerId}`],
    getProduct: () => [`/api/products/${sku}`],
    listProducts: () => ['/api/products'],
  };
  /** Streams are read below; faults are switched off in this system. */
  const ELSEWHERE = ['liveEvents', 'getFaults'];
  const readable = Object.entries(operations as Readonly<Record<string, Operation>>).filter(
    ([id, { method, roles }]) => method === 'get' && roles.includes('operator') && !ELSEWHERE.includes(id),
  );

  it.each(readable)('reads no person by %s', async (id) => {
    const { path: ofAll } = operations[id as OperationId];
    const paths = reads[id as OperationId]?.() ?? [ofAll];
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) {
      const response = await fetch(`${gatewayUrl()}${path}`, { headers });
      const text = await response.text();
      expect({ path, status: response.status, found: found(text) }).toEqual({ path, status: 200, found: [] });
    }
  });

  it('sees that there is a person in a stream, masked', async () => {
    const response = await fetch(`${gatewayUrl()}/api/streams/customers/customer-${customerId}`, { headers });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      state: {
        name: 'Z••• Q•••',
        email: 'z•••@q•••.example',
        mobileNumber: expect.stringMatching(/^\+40 •••• ••\d\d$/),
      },
    });
  });

  it('sees live events with masked persons, and with the person when a teller as well', () => {
    expect(seenByOperator).toContain(customerId);
    expect(found(seenByOperator)).toEqual([]);
    expect(found(seenByTeller)).toEqual(traces);
  });
});
