import { randomUUID } from 'node:crypto';
import type { ApiClient, ApiReply } from '@bankside/client';
import { devToken, gatewayUrl, shop, signInAs, truth, uniqueMobileNumber, type Buyer } from './shop';

type Case = Readonly<{ title: string; path: string; body: object; status: number; names: string }>;

describe('bad input', () => {
  let api: ApiClient;
  let operator: ApiClient;
  let buyer: Buyer;
  let sku: string;

  beforeAll(async () => {
    api = await signInAs({ role: 'teller' });
    operator = await signInAs({ role: 'operator' });
    buyer = await shop(api).buyer(1_000);
    sku = await shop(api).product(100, 5);
  });
  afterAll(() => Promise.all([api.close(), operator.close()]));

  const fill = (text: string): string =>
    text
      .replace('{account}', buyer.accountNumber)
      .replace('{customer}', buyer.customerId)
      .replace('{sku}', sku);
  const send = (path: string, body: object, key: string = randomUUID()): Promise<ApiReply> =>
    api.post(fill(path), key, JSON.parse(fill(JSON.stringify(body))) as object);
  const unchanged = async (): Promise<void> => {
    expect(await truth(operator).balance(buyer)).toBe(1_000);
    expect(await truth(operator).stock(sku)).toEqual({ onHand: 5, reserved: 0 });
  };

  const deposits = '/api/accounts/{account}/deposits';
  const order = {
    customerId: '{customer}',
    lines: [{ sku: '{sku}', quantity: 1 }],
    payWith: { account: '{account}' },
  };
  const person = { name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber: '+40712345678' };
  const cases: readonly Case[] = [
    {
      title: 'an unknown field',
      path: deposits,
      body: { amountCents: 1, bonus: 1 },
      status: 400,
      names: '/bonus',
    },
    { title: 'a missing field', path: deposits, body: {}, status: 400, names: '/amountCents' },
    {
      title: 'a text for a number',
      path: deposits,
      body: { amountCents: '1' },
      status: 400,
      names: '/amountCents',
    },
    {
      title: 'negative cents',
      path: deposits,
      body: { amountCents: -1 },
      status: 400,
      names: '/amountCents',
    },
    { title: 'no cents', path: deposits, body: { amountCents: 0 }, status: 400, names: '/amountCents' },
    {
      title: 'fractional cents',
      path: deposits,
      body: { amountCents: 1.5 },
      status: 400,
      names: '/amountCents',
    },
    {
      title: 'more cents than are safe',
      path: deposits,
      body: { amountCents: 1e16 },
      status: 400,
      names: '/amountCents',
    },
    {
      title: 'an account number too short',
      path: '/api/accounts/1/deposits',
      body: { amountCents: 1 },
      status: 400,
      names: '/accountNumber',
    },
    {
      title: 'a name of blanks',
      path: '/api/customers',
      body: { ...person, name: '    ' },
      status: 400,
      names: '/name',
    },
    ...['Ada\u202eevoL', 'Ada\u200bLove', 'Ada\u3164', 'Ada\ue000', '12345', 'a'.repeat(101), '\ud83d'].map(
      (name) => ({
        title: `the name ${JSON.stringify(name).slice(0, 20)}`,
        path: '/api/customers',
        body: { ...person, name },
        status: 400,
        names: '/name',
      }),
    ),
    ...['XYZ', 'eur', 'XXX', 'DEM'].map((currency) => ({
      title: `the currency ${currency}`,
      path: '/api/customers/{customer}/accounts',
      body: { currency },
      status: 400,
      names: '/currency',
    })),
    {
      title: 'a mobile number with letters',
      path: '/api/customers',
      body: { ...person, mobileNumber: '07123x5678' },
      status: 400,
      names: '/mobileNumber',
    },
    {
      title: 'an e-mail without a host',
      path: '/api/customers',
      body: { ...person, email: 'ada@' },
      status: 400,
      names: '/email',
    },
    {
      title: 'a mobile number of sixteen digits',
      path: '/api/customers',
      body: { ...person, mobileNumber: '+1234567890123456' },
      status: 400,
      names: '/mobileNumber',
    },
    {
      title: 'an order without lines',
      path: '/api/orders',
      body: { ...order, lines: [] },
      status: 400,
      names: '/lines',
    },
    {
      title: 'a line of no pieces',
      path: '/api/orders',
      body: { ...order, lines: [{ sku: '{sku}', quantity: 0 }] },
      status: 400,
      names: '/lines/0/quantity',
    },
    {
      title: 'a price in a line',
      path: '/api/orders',
      body: { ...order, lines: [{ sku: '{sku}', quantity: 1, unitPriceCents: 1 }] },
      status: 400,
      names: '/lines/0/unitPriceCents',
    },
    {
      title: 'two means of payment',
      path: '/api/orders',
      body: { ...order, payWith: { account: '{account}', card: '400000000006' } },
      status: 400,
      names: '/payWith',
    },
  ];
  it.each(cases)('$title is rejected by name', async ({ path, body, status, names }) => {
    const reply = await send(path, body);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ type: '/problems/invalid-request', status });
    const pointers = (reply.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.some((pointer) => pointer.startsWith(names))).toBe(true);
    await unchanged();
  });

  it.each([
    [
      'an account that is not there',
      '/api/accounts/9999999999/deposits',
      { amountCents: 1 },
      'account-not-found',
    ],
    ['a customer who is not there', '/api/customers/nobody/accounts', {}, 'customer-not-found'],
    [
      'an order of an unknown customer',
      '/api/orders',
      { ...order, customerId: 'nobody' },
      'customer-not-found',
    ],
    [
      'an order of nothing known',
      '/api/orders',
      { ...order, lines: [{ sku: 'nothing', quantity: 1 }] },
      'product-not-found',
    ],
    ['stock of nothing known', '/api/products/nothing/stock', { quantity: 1 }, 'product-not-found'],
  ])('%s is not found', async (_title, path, body, reason) => {
    const reply = await send(path, body);
    expect(reply.status).toBe(404);
    expect(reply.body).toMatchObject({ type: `/problems/${reason}`, status: 404 });
  });

  const sendBytes = async (body: Buffer | string, type = 'application/json') => {
    const response = await fetch(`${gatewayUrl()}${fill(deposits)}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await devToken({ role: 'teller' })}`,
        'idempotency-key': randomUUID(),
        'content-type': type,
      },
      body,
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  const asLatin1 = 'application/json; charset=iso-8859-1';
  const asUtf16 = 'application/json; charset=utf-16';
  const asJson = 'application/json';
  it.each([
    [400, 'invalid-json', Buffer.from('{"amountCents":1,"é":1}', 'latin1'), asJson],
    [400, 'invalid-json', '1', asJson],
    [400, 'invalid-request', '{"amountCents":1,"amountCents":2}', asJson],
    [415, 'unsupported-charset', Buffer.from('{"amountCents":1}', 'utf16le'), asUtf16],
    [415, 'unsupported-charset', '{"amountCents":1}', asLatin1],
  ] as const)('rejects bytes that are no JSON in UTF-8 with %d %s', async (status, name, bytes, type) => {
    expect(await sendBytes(bytes, type)).toMatchObject({
      status,
      body: { type: `/problems/${name}`, status },
    });
    await unchanged();
  });

  it('a repeated member is rejected by its pointer', async () => {
    const { body } = await sendBytes('{"amountCents":1,"amountCents":2}');
    expect(body['errors']).toEqual([{ pointer: '/amountCents', detail: 'is repeated' }]);
  });

  it.each([
    ['/api/sagas?cursor=nonsense', 'operator'],
    ['/api/sagas?cursor=eyJhIjoxfQ', 'operator'],
    ['/api/orders?customerId={customer}&cursor=nonsense', 'teller'],
    ['/api/customers/{customer}/statement?cursor=AAAA', 'teller'],
    ['/api/customers?name=ada&cursor=W10', 'teller'],
    ['/api/customers/{customer}/accounts?cursor=nonsense', 'teller'],
    ['/api/products?cursor=%20', 'teller'],
    ['/api/dead-letters?service=accounts&cursor=nonsense', 'operator'],
    ['/api/streams/accounts/account-{account}?at=2026-02-30T00:00:00Z', 'operator'],
    ['/api/streams/accounts/account-{account}?at=yesterday', 'operator'],
  ])('a bad cursor or time is rejected before the view waits for the token: %s', async (path, role) => {
    const token = `orders/order-none@1`; // A view that waits for it responds 503.
    const reply = await (role === 'operator' ? operator : api).call('GET', fill(path), {
      token,
    });
    expect(reply).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } });
  });

  it('a time may have any offset', async () => {
    const read = (at: string) =>
      operator.get(fill(`/api/streams/accounts/account-{account}?at=${encodeURIComponent(at)}`));
    const replies = await Promise.all(['2100-01-01T02:00:00+02:00', '2100-01-01T00:00:00Z'].map(read));
    for (const { status, body } of replies)
      expect([status, body['state']]).toEqual([200, replies[0]!.body['state']]);
  });

  it('a number is the same in national and international form', async () => {
    const digits = uniqueMobileNumber().slice('+40'.length);
    expect((await send('/api/customers', { ...person, mobileNumber: `0${digits}` })).status).toBe(201);
    const again = await send('/api/customers', { ...person, mobileNumber: `+40 ${digits}` });
    expect([again.status, again.body['type']]).toEqual([409, '/problems/mobile-number-taken']);
    for (const form of [`0${digits}`, `+40${digits}`])
      expect(
        (await api.get(`/api/summary?via=gateway&mobileNumber=${encodeURIComponent(form)}`)).body,
      ).toMatchObject({ person: { data: { mobileNumber: `+40${digits}` } } });
  });

  it('a body of one megabyte is too large', async () => {
    const reply = await send(deposits, { amountCents: 1, note: 'x'.repeat(1_000_000) });
    expect(reply.status).toBe(413);
    expect(reply.body).toMatchObject({ type: '/problems/body-too-large' });
    await unchanged();
  });

  it('a mutation without an Idempotency-Key is rejected', async () => {
    const reply = await api.call('POST', fill(deposits), { body: { amountCents: 1 } });
    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body)).toContain('Idempotency-Key');
    await unchanged();
  });

  it('a repeated key returns the first response and moves money once', async () => {
    const saver = await shop(api).buyer(0);
    const key = randomUUID();
    const path = `/api/accounts/${saver.accountNumber}/deposits`;
    const first = await api.post(path, key, { amountCents: 700 });
    const again = await Promise.all(
      Array.from({ length: 5 }, () => api.post(path, key, { amountCents: 700 })),
    );
    expect(first.status).toBe(201);
    for (const reply of again) expect([reply.status, reply.body]).toEqual([first.status, first.body]);
    expect(await truth(operator).balance(saver)).toBe(700);
  });

  it('only one of many concurrent registrations gets a mobile number', async () => {
    const wanted = { ...person, mobileNumber: uniqueMobileNumber() };
    const replies = await Promise.all(Array.from({ length: 100 }, () => send('/api/customers', wanted)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = replies.filter(
      ({ status, body }) => status === 409 && body['type'] === '/problems/mobile-number-taken',
    );
    expect(refused).toHaveLength(99);
  });
});
