import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { messageSigner, type EventMessage } from '@bankside/dapr';
import type { EventEnvelope } from '@bankside/contracts';
import type { ApiClient } from '@bankside/client';
import { brokerAt, rowsOf, until } from '@bankside/tools';
import { shop, sendRaw, signInAs, truth, wholeSystem, type Buyer } from './shop';

// An attacker who can write to the broker, or call the events route, forges an order that another customer would pay for.
const TOPIC = 'orders.events';
const WITHIN_MS = 30_000;
const { addresses } = wholeSystem();

const broker = brokerAt(addresses.brokerUrl);
const publish = (message: unknown): Promise<void> => broker.publish(TOPIC, message);

const rows = <R extends object>(service: string, text: string): Promise<readonly R[]> =>
  rowsOf<R>(addresses.services[service]!.databaseUrl!, text);

/** Deliveries of orders that the worker rejected for a reason. */
const rejections = async (problem: string): Promise<number> => {
  const text = await (await fetch(addresses.services['worker']!.metricsUrl)).text();
  const line = text
    .split('\n')
    .find(
      (one) =>
        one.startsWith('event_deliveries_rejected_total{') &&
        one.includes('source="orders"') &&
        one.includes(`problem="${problem}"`),
    );
  return Number(line?.split(' ').at(-1) ?? 0);
};
const expectRejected = (problem: string, before: number): Promise<unknown> =>
  until(
    async () => {
      if ((await rejections(problem)) <= before) throw new Error(`not counted as ${problem} yet`);
    },
    { what: 'The rejection', timeoutMs: WITHIN_MS },
  );

const attacker = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const signedByAttacker = messageSigner('orders', attacker);

describe('a message that the orders service did not sign', () => {
  let teller: ApiClient;
  let operator: ApiClient;
  let victim: Buyer;
  let sku: string;

  beforeAll(async () => {
    teller = await signInAs({ role: 'teller' });
    operator = await signInAs({ role: ['teller', 'operator'] });
    victim = await shop(teller).buyer(10_000);
    sku = await shop(operator).product(1_000, 50);
    await shop(teller).order(victim, sku, 1);
  });
  afterAll(() => Promise.all([teller.close(), operator.close()]));

  /** An invented order of the victim that continues the feed. */
  const invented = async (ahead = 1): Promise<EventEnvelope> => {
    const [head] = await rows<{ position: string }>(
      'orders',
      'select position from feed_head where partition = 0',
    );
    const orderId = randomUUID();
    const feedposition = Number(head!.position) + ahead;
    return {
      specversion: '1.0',
      id: `orders/0/${feedposition}`,
      type: 'orders.order-placed.v1',
      source: 'orders',
      subject: `order-${orderId}`,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      partitionkey: `order-${orderId}`,
      feedpartition: 0,
      feedposition,
      streamrevision: 1,
      data: {
        orderId,
        customerId: victim.customerId,
        lines: [{ sku, quantity: 1, unitPriceCents: 1_000 }],
        totalCents: 1_000,
        currency: 'EUR',
        payWith: { account: victim.accountNumber },
      },
    };
  };

  /** The newest message of a topic. */
  const trueMessage = async (topic: string): Promise<EventMessage> => {
    const message = (await broker.messages(topic)).at(-1);
    return JSON.parse(message!) as EventMessage;
  };

  /** A true order still ends, and the victim has paid for true orders only. */
  const expectNothingChanged = async (orderId: string | undefined): Promise<void> => {
    const before = Number(await truth(operator).balance(victim));
    const { state } = await shop(teller).order(victim, sku, 1);
    expect({ state, balance: await truth(operator).balance(victim) }).toEqual({
      state: 'confirmed',
      balance: before - 1_000,
    });
    if (orderId !== undefined) expect((await operator.get(`/api/sagas/${orderId}`)).status).toBe(404);
  };

  const orderIdIn = ({ data }: EventEnvelope): string => (data as { orderId: string }).orderId;

  it('is rejected when it has no signature', async () => {
    const [event, before] = [await invented(), await rejections('unsigned')];
    await publish(event);
    await expectRejected('unsigned', before);
    await expectNothingChanged(orderIdIn(event));
  });

  it.each([
    ['continues the feed', 1],
    ['is far ahead of the feed', 1_000_000],
  ])('is rejected when another key signed it and it %s', async (_what, ahead) => {
    const [event, before] = [await invented(ahead), await rejections('wrong-signature')];
    await publish(signedByAttacker([event]));
    await expectRejected('wrong-signature', before);
    await expectNothingChanged(orderIdIn(event));
  });

  it('is rejected when it is a true message with other events', async () => {
    const [event, before] = [await invented(), await rejections('wrong-signature')];
    const message = await trueMessage(TOPIC);
    await publish({ ...message, data: { ...message.data, events: JSON.stringify([event]) } });
    await expectRejected('wrong-signature', before);
    await expectNothingChanged(orderIdIn(event));
  });

  it('is rejected when it is a true message of another service', async () => {
    const before = await rejections('wrong-signature');
    await publish(await trueMessage('accounts.events'));
    await expectRejected('wrong-signature', before);
    await expectNothingChanged(undefined);
  });

  it('changes nothing when it is a repeated true message', async () => {
    await publish(await trueMessage(TOPIC));
    await expectNothingChanged(undefined);
  });

  it('is rejected at the events route, from every caller', async () => {
    const event = await invented();
    const body = JSON.stringify(signedByAttacker([event]));
    const call = (from: string, connection: string) =>
      sendRaw(from, 'worker/method/events/orders', {
        headers: { 'content-type': 'application/json', connection },
        body,
      });
    for (const from of ['inventory', 'gateway'])
      expect(await call(from, 'close')).toEqual([403, expect.stringContaining('caller-not-allowed')]);
    // A caller that hides its name passes for the sidecar, which delivers.
    expect(await call('inventory', 'dapr-caller-app-id')).toEqual([200, '{"status":"DROP"}']);
    await expectNothingChanged(orderIdIn(event));
  });
});
