import { randomUUID } from 'node:crypto';
import { payCardActivities } from '@bankside/pay-card';
import { bundleOf, startTestWorker } from '@bankside/saga/testing';
import { activitiesOf, serviceCaller } from '@bankside/saga/worker';
import { sharedAddress, until } from '@bankside/tools';
import { echoService } from '../testing/echo-service';
import { startGateway, type TestGateway } from '../testing/gateway';

const PAYMENT = { fromAccount: '1000000017', cardNumber: '400000000006', amountCents: 2933 };
type Respond = (path: string) => Promise<{ status: number; body: object; headers?: Record<string, string> }>;
const problem = (status: number, name: string) => ({ status, body: { type: `/problems/${name}`, status } });
const fine: Respond = async () => ({ status: 201, body: {} });
/** Of this test alone, so that its worker gets no sagas of other tests. */
const TASK_QUEUE = randomUUID();

describe('paying a card through the gateway', () => {
  let gateway: TestGateway;
  let stop: () => Promise<void>;
  let respond = fine;
  const asked: (readonly [path: string, body: unknown])[] = [];
  let accounts: Awaited<ReturnType<typeof echoService>>;
  /** The response of accounts to a read of the account. */
  let account: { status: number; body: object };
  let customer: Record<string, string>;
  let teller: Record<string, string>;
  let operator: Record<string, string>;

  beforeAll(async () => {
    const callService = serviceCaller(async (_service, _method, path, options) => {
      asked.push([path, options?.body]);
      return { headers: {}, ...(await respond(path)) };
    });
    ({ stop } = await startTestWorker(sharedAddress('TEMPORAL'), {
      taskQueue: TASK_QUEUE,
      workflowBundle: await bundleOf(),
      activities: activitiesOf({ payCardActivities }, callService, async () => undefined),
    }));
    accounts = await echoService((_req, res) => void res.status(account.status).json(account.body));
    const ports = { accounts: accounts.port };
    gateway = await startGateway(ports, { strict: true, waitMs: 8_000, taskQueue: TASK_QUEUE });
    customer = await gateway.bearer('customer', 'c-1');
    teller = await gateway.bearer('teller');
    operator = await gateway.bearer('operator');
    // The first saga of a worker may take many seconds on a busy machine.
    await until(async () => expect((await pay('first-of-all')).status).toBe(200), {
      what: 'the first saga of the worker',
      timeoutMs: 50_000,
    });
    asked.length = 0;
  });
  afterAll(async () => {
    await gateway.close();
    await accounts.close();
    await stop();
  });
  afterEach(() => {
    respond = fine;
    asked.length = 0;
  });

  const pay = async (key: string, change: object = {}, who = customer) => {
    const response = await fetch(`${gateway.url}/api/card-payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key, ...who },
      body: JSON.stringify({ ...PAYMENT, ...change }),
    });
    const body = (await response.json()) as Record<string, unknown>;
    const token = response.headers.get('consistency-token');
    return { status: response.status, location: response.headers.get('location'), token, body };
  };

  const attributesOf = async (sagaId: unknown): Promise<unknown> => {
    const response = await fetch(`${gateway.url}/api/sagas/${String(sagaId)}`, { headers: operator });
    return ((await response.json()) as { attributes: unknown }).attributes;
  };

  it('responds when the payment is done, and pays nothing for a repeat', async () => {
    const first = await pay('done');
    expect(first).toMatchObject({ status: 200, body: { paymentId: expect.any(String) } });
    const { paymentId } = first.body;
    expect(asked).toEqual([
      [
        'accounts/1000000017/withdrawals',
        {
          withdrawalId: paymentId,
          amountCents: 2933,
          currency: 'EUR',
          customerId: 'c-1',
          cardNumber: PAYMENT.cardNumber,
        },
      ],
      ['cards/400000000006/payments', { paymentId, amountCents: 2933, currency: 'EUR', customerId: 'c-1' }],
    ]);
    expect(await pay('done')).toEqual(first);
    expect(asked).toHaveLength(2);
  });

  it('is read by the customer who pays and by tellers, and by no other customer', async () => {
    const { body, location } = await pay('read');
    const read = async (who: Record<string, string>) => {
      const response = await fetch(`${gateway.url}${location}`, { headers: who });
      return [response.status, ((await response.json()) as { status: unknown }).status];
    };
    expect(location).toBe(`/api/card-payments/${String(body['paymentId'])}`);
    expect([await read(customer), await read(teller)]).toEqual([
      [200, 'paid'],
      [200, 'paid'],
    ]);
    expect(await read(await gateway.bearer('customer', 'c-2'))).toEqual([404, 404]);
  });

  it('returns the consistency token of all writes, also to a repeat', async () => {
    respond = async (path) => ({
      ...(await fine(path)),
      headers: { 'consistency-token': path.startsWith('cards') ? 'cards/card-4@7' : 'accounts/account-1@3' },
    });
    const first = await pay('seen');
    expect(first).toMatchObject({ status: 200, token: 'accounts/account-1@3, cards/card-4@7' });
    expect(await pay('seen')).toEqual(first);
  });

  it('rejects another payment with the same key', async () => {
    await pay('reused');
    expect(await pay('reused', { amountCents: 1 })).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
    expect(asked).toHaveLength(2);
  });

  it('returns the rejection of a service, also to a repeat', async () => {
    respond = async (path) =>
      path.startsWith('cards') ? problem(422, 'payment-exceeds-debt') : { status: 200, body: {} };
    const refused = { status: 409, body: { type: '/problems/payment-exceeds-debt' } };
    expect(await pay('refused')).toMatchObject(refused);
    respond = fine;
    expect(await pay('refused')).toMatchObject(refused);
    expect(asked.map(([path]) => path.split('/').at(-1))).toEqual([
      'withdrawals',
      'payments',
      'cancellation',
    ]);
  });

  it('responds 202 while the saga runs, and returns its outcome to a repeat', async () => {
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    respond = async (path) => {
      if (path.startsWith('cards')) await gate;
      return { status: 200, body: {} };
    };
    const slow = await pay('slow');
    expect(slow.status).toBe(202);
    expect(slow.location).toBe(`/api/card-payments/${String(slow.body['sagaId'])}`);
    const underWay = await fetch(`${gateway.url}${slow.location}`, { headers: customer });
    expect(await underWay.json()).toEqual({ paymentId: slow.body['sagaId'], status: 'running' });
    goOn();
    expect(await pay('slow')).toMatchObject({ status: 200, body: { paymentId: slow.body['sagaId'] } });
  });
  it('is found by the customer who pays, without a lookup of the account', async () => {
    const before = accounts.seen.length;
    const { body } = await pay('own');
    expect(await attributesOf(body['paymentId'])).toMatchObject({ saga: 'pay-card', customerId: 'c-1' });
    expect(accounts.seen.slice(before).filter(({ method }) => method === 'GET')).toEqual([]);
  });

  it('by staff is found by the customer of the account', async () => {
    account = { status: 200, body: { accountNumber: PAYMENT.fromAccount, customerId: 'c-2' } };
    const { status, body } = await pay('by-staff', {}, teller);
    expect(status).toBe(200);
    expect(asked[0]).toEqual([
      'accounts/1000000017/withdrawals',
      { withdrawalId: body['paymentId'], amountCents: 2933, currency: 'EUR', cardNumber: PAYMENT.cardNumber },
    ]);
    expect(await attributesOf(body['paymentId'])).toMatchObject({ saga: 'pay-card', customerId: 'c-2' });
  });

  it('by staff from an unknown account is rejected by the saga', async () => {
    account = problem(404, 'not-found');
    respond = async () => problem(404, 'account-not-found');
    expect(await pay('from-nowhere', {}, teller)).toMatchObject({
      status: 409,
      body: { type: '/problems/account-not-found' },
    });
  });

  it('by staff starts no saga while accounts do not respond', async () => {
    account = { status: 500, body: {} };
    expect(await pay('too-soon', {}, teller)).toMatchObject({
      status: 503,
      body: { type: '/problems/unavailable' },
    });
    expect(asked).toEqual([]);
  });
});
