import { randomUUID } from 'node:crypto';
import type { ApiClient } from '@bankside/client';
import { until } from '@bankside/tools';
import { Client, Connection } from '@temporalio/client';
import { without } from './control';
import { shop, signInAs, wholeSystem } from './shop';

const WITHIN_MS = 60_000;

describe('an order whose saga was terminated', () => {
  let teller: ApiClient;
  let operator: ApiClient;
  let connection: Connection;
  beforeAll(async () => {
    teller = await signInAs({ role: 'teller' });
    operator = await signInAs({ role: 'operator' });
    connection = await Connection.connect({ address: wholeSystem().addresses.temporalAddress });
  });
  afterAll(() => Promise.all([teller.close(), operator.close(), connection.close()]));

  it('needs a person, is held meanwhile, and is undone by hand to the last piece and cent', async () => {
    const buyer = await shop(teller).buyer(10_000);
    const sku = await shop(teller).product(1_000, 5);
    const order = {
      customerId: buyer.customerId,
      lines: [{ sku, quantity: 2 }],
      payWith: { account: buyer.accountNumber },
    };
    const placed = await without('payments', async () => {
      const reply = await teller.post('/api/orders', randomUUID(), order);
      // Until then the worker still runs the first workflow task, which a termination does not stop.
      await until(
        async () =>
          expect(
            (await operator.get(`/api/sagas?orderId=${String(reply.body['orderId'])}`)).body['sagas'],
          ).toMatchObject([{ attributes: { step: 'authorize' } }]),
        { what: 'the step that the server retries', timeoutMs: WITHIN_MS },
      );
      expect((await teller.get(`/api/products/${sku}`)).body).toMatchObject({ reserved: 2 });
      await new Client({ connection }).workflow
        .getHandle(String(reply.body['orderId']))
        .terminate('for the test');
      return reply;
    });
    const orderId = String(placed.body['orderId']);
    const stateOf = async () => (await teller.get(`/api/orders/${orderId}`)).body['state'];
    const itemsOf = async (state?: string) => {
      const query = new URLSearchParams({ sagaId: orderId, ...(state !== undefined && { state }) });
      const { body } = await operator.get(`/api/attention?${query.toString()}`);
      return body['items'];
    };

    await until(async () => expect(await stateOf()).toBe('held'), {
      what: 'the held order',
      timeoutMs: WITHIN_MS,
    });
    expect(await itemsOf()).toMatchObject([{ cause: 'terminated', state: 'open', orderId, finish: 'undo' }]);
    expect((await operator.get(`/api/sagas?orderId=${orderId}&attention=true`)).body['sagas']).toHaveLength(
      1,
    );

    const key = randomUUID();
    const finish = (reason: string) => operator.post(`/api/sagas/${orderId}/finish`, key, { reason });
    expect((await finish('a test')).status).toBe(202);
    expect((await finish('a test')).status).toBe(202);
    expect((await finish('another test')).status).toBe(422);
    await until(async () => expect(await stateOf()).toBe('rejected'), {
      what: 'the rejected order',
      timeoutMs: WITHIN_MS,
    });
    expect((await teller.get(`/api/products/${sku}`)).body).toMatchObject({ reserved: 0, free: 5 });
    expect((await teller.get(`/api/accounts/${buyer.accountNumber}`)).body).toMatchObject({
      balanceCents: 10_000,
    });
    expect(await itemsOf()).toEqual([]);
    expect(await itemsOf('resolved')).toMatchObject([{ reason: 'a test' }]);
    // The view shows the last step before the saga has ended.
    const complete = async () => {
      const again = await operator.post(`/api/sagas/${orderId}/finish`, randomUUID(), { reason: 'a test' });
      expect(again).toMatchObject({ status: 409, body: { type: '/problems/saga-complete' } });
    };
    await until(complete, { what: 'the end of the saga', timeoutMs: WITHIN_MS });
  });
});
