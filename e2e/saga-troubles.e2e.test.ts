import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForOrder, type ApiClient, type ApiReply } from '@bankside/client';
import { brokerAt, brokerRestart, until } from '@bankside/tools';
import { kill, without } from './control';
import { hasOwnBroker, shop, signInAs, truth, uniqueMobileNumber, wholeSystem, type Buyer } from './shop';

// Each saga, one that succeeds and one that is rejected, while a process of the system fails.

/** A Kafka cluster is no process of the system: it can be restarted where BROKER_RESTART is set, and not be killed. */
const restartBroker = brokerRestart(process.env);
const wipeBroker = (): Promise<void> => brokerAt(wholeSystem().addresses.brokerUrl).wipe();
/** Timeout for all sagas of one test on a busy machine. */
const WITHIN_MS = 120_000;
/** Longer than the timeout of a step, so that it is retried. */
const PAUSE_MS = 4_000;

const troubles: readonly (readonly [title: string, trouble: () => Promise<unknown>])[] = [
  ['nothing is amiss', async () => undefined],
  ['the worker is killed', () => kill('worker')],
  ['Temporal is killed', () => kill('temporal')],
  ['accounts are killed', () => kill('accounts')],
  ['the sidecar of cards is killed', () => kill('cards-dapr')],
  ['accounts do nothing for a while', () => without('accounts', () => sleep(PAUSE_MS))],
  ['loans do nothing for a while', () => without('loans', () => sleep(PAUSE_MS))],
  ...(hasOwnBroker() ? ([['the broker is killed', () => kill('redis')]] as const) : []),
  ...(restartBroker ? ([['the broker is restarted', restartBroker]] as const) : []),
  ['the broker is wiped', wipeBroker],
];

type Holder = Buyer & Readonly<{ cardNumber: string }>;

describe('sagas reach their outcome and lose nothing when', () => {
  let teller: ApiClient;
  let operator: ApiClient;
  beforeAll(async () => {
    teller = await signInAs({ role: 'teller' });
    operator = await signInAs({ role: 'operator' });
  });
  afterAll(() => Promise.all([teller.close(), operator.close()]));

  const post = async (path: string, body: object = {}): Promise<ApiReply['body']> => {
    const reply = await teller.post(path, randomUUID(), body);
    if (reply.status >= 300) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  /** Repeats the request with one key until it no longer returns 202, as a client does. */
  const ask = async (path: string, body: object): Promise<string> => {
    const key = randomUUID();
    for (;;) {
      const { status, body: response } = await teller.post(path, key, body);
      if (status === 202) continue;
      return status === 200 ? 'done' : String(response['type']).replace('/problems/', '');
    }
  };
  const order = async (customerId: string, sku: string, quantity: number, payWith: object) => {
    const body = { customerId, lines: [{ sku, quantity }], payWith };
    const placed = await teller.post('/api/orders', randomUUID(), body);
    const { state, reason } = await waitForOrder(teller, String(placed.body['orderId']), placed.token);
    return reason ?? state;
  };
  /** A customer with 100.00 on the account and 20.00 owed on the card. */
  const holder = async (): Promise<Holder> => {
    const buyer = await shop(teller).buyer(10_000);
    const { cardNumber } = await post(`/api/customers/${buyer.customerId}/cards`);
    const card = String(cardNumber);
    const sku = await shop(teller).product(2_000, 1);
    expect(await order(buyer.customerId, sku, 1, { card })).toBe('confirmed');
    return { ...buyer, cardNumber: card };
  };
  const locked = async ({ customerId }: Buyer): Promise<void> => {
    const { loanNumber } = await post(`/api/customers/${customerId}/loans`, { totalCents: 1_000 });
    await post(`/api/loans/${String(loanNumber)}/lock`);
  };
  const usedOf = async ({ cardNumber }: Holder) =>
    (await teller.get(`/api/cards/${cardNumber}`)).body['usedCents'];
  const numberOf = async ({ customerId }: Buyer) =>
    (await teller.get(`/api/customers/${customerId}`)).body['mobileNumber'];
  const running = async ({ customerId }: Buyer) => {
    const { body } = await operator.get(`/api/sagas?customerId=${customerId}&status=running`);
    return body['sagas'];
  };

  it.each(troubles)(
    '%s',
    async (_title, trouble) => {
      const [ada, bob] = await Promise.all([holder(), holder()]);
      const [eve, joe] = await Promise.all([shop(teller).buyer(0), shop(teller).buyer(0)]);
      const sku = await shop(teller).product(1_000, 50);
      await Promise.all([bob, joe].map(locked));
      const numbers = Array.from({ length: 4 }, uniqueMobileNumber);
      const change = ({ customerId }: Buyer, newMobileNumber: string, style: string) =>
        ask(`/api/customers/${customerId}/mobile-number`, { newMobileNumber, style });
      const pay = ({ accountNumber, cardNumber }: Holder, amountCents: number) =>
        ask('/api/card-payments', { fromAccount: accountNumber, cardNumber, amountCents });

      const [, ...ends] = await Promise.all([
        trouble(),
        order(ada.customerId, sku, 2, { account: ada.accountNumber }),
        order(ada.customerId, sku, 3, { card: ada.cardNumber }),
        order(bob.customerId, sku, 11, { account: bob.accountNumber }),
        pay(ada, 1_500),
        pay(bob, 2_001),
        change(ada, numbers[0]!, 'orchestration'),
        change(bob, numbers[1]!, 'orchestration'),
        change(eve, numbers[2]!, 'choreography'),
        change(joe, numbers[3]!, 'choreography'),
      ]);
      expect(ends).toEqual([
        'confirmed',
        'confirmed',
        'insufficient-funds',
        'done',
        'payment-exceeds-debt',
        'done',
        'loan-locked',
        'done',
        'loan-locked',
      ]);
      const states = truth(operator);
      expect(await Promise.all([ada, bob].map(states.balance))).toEqual([10_000 - 2_000 - 1_500, 10_000]);
      expect(await Promise.all([ada, bob].map(usedOf))).toEqual([2_000 + 3_000 - 1_500, 2_000]);
      expect(await states.stock(sku)).toEqual({ onHand: 50 - 2 - 3, reserved: 0 });
      expect(await Promise.all([ada, bob, eve, joe].map(numberOf))).toEqual([
        numbers[0],
        bob.mobileNumber,
        numbers[2],
        joe.mobileNumber,
      ]);
      // A search finds a saga that has ended as running for a moment.
      await until(
        async () => expect(await Promise.all([ada, bob, eve, joe].map(running))).toEqual([[], [], [], []]),
        { what: 'the end of all sagas', timeoutMs: 30_000 },
      );
    },
    WITHIN_MS,
  );
});
