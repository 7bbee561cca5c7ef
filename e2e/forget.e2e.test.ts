import { randomUUID } from 'node:crypto';
import type { ApiClient, ApiReply } from '@bankside/client';
import { owners } from '@bankside/contracts';
import { until } from '@bankside/tools';
import { dumpOf } from './dump';
import { shop, signInAs, throughSidecar, truth, uniqueMobileNumber, wholeSystem, type Buyer } from './shop';

const unique = randomUUID().slice(0, 8);
const person = {
  name: `Hedwig Kiesler ${unique}`,
  email: `hedwig-${unique}@example.com`,
  mobileNumber: uniqueMobileNumber(),
};
const changed = { name: `Hedy Lamarr ${unique}`, email: `lamarr-${unique}@example.com` };
/** New numbers, one for each style of a change. */
const numbers = { orchestration: uniqueMobileNumber(), choreography: uniqueMobileNumber() };
const traces = [...Object.values(person), ...Object.values(changed), ...Object.values(numbers)];
const found = (text: string): readonly string[] => traces.filter((trace) => text.includes(trace));

describe('a forgotten customer', () => {
  let teller: ApiClient;
  let operator: ApiClient;
  const { dataDir, addresses } = wholeSystem();
  let buyer: Buyer;
  let orderId: string;
  let balance: unknown;

  /** Places that contain personal data of the customer. */
  const kept = async (): Promise<readonly string[]> =>
    [...(await dumpOf(addresses, dataDir))]
      .filter(([, text]) => found(text).length > 0)
      .map(([where]) => where);

  /** Every event of a service, as an authorized reader of its feed sees it. */
  const feedOf = async (service: string): Promise<string> => {
    const pages: string[] = [];
    for (let partition = 0, partitions = 1; partition < partitions; partition += 1)
      for (let after = 0, last = 1; after < last;) {
        const query = `partition=${partition}&limit=500&after=${after}`;
        const page = await throughSidecar('projection', `invoke/${service}/method/feed?${query}`);
        const feed = (await page.json()) as Readonly<{
          events: readonly Readonly<{ feedposition: number }>[];
          head: number;
          partitions: number;
        }>;
        pages.push(JSON.stringify(feed.events));
        partitions = feed.partitions;
        last = feed.head;
        after = feed.events.at(-1)?.feedposition ?? last;
      }
    return pages.join('\n');
  };
  const change = (method: 'POST' | 'PATCH', path: string, body: object): Promise<ApiReply> =>
    teller.call(method, path, { body, key: randomUUID() });

  beforeAll(async () => {
    teller = await signInAs({ role: 'teller' });
    operator = await signInAs({ role: 'operator' });
    const { body } = await change('POST', '/api/customers', person);
    const customerId = String(body['customerId']);
    const opened = await change('POST', `/api/customers/${customerId}/accounts`, {});
    buyer = {
      customerId,
      accountNumber: String(opened.body['accountNumber']),
      mobileNumber: person.mobileNumber,
    };
    await change('POST', `/api/accounts/${buyer.accountNumber}/deposits`, { amountCents: 10_000 });
    const ended = await shop(teller).order(buyer, await shop(teller).product(3_000, 5), 1);
    expect(ended.state).toBe('confirmed');
    orderId = ended.orderId;
    expect((await change('PATCH', `/api/customers/${customerId}`, changed)).status).toBe(200);
    for (const [style, newMobileNumber] of Object.entries(numbers)) {
      const asked = { body: { newMobileNumber, style }, key: randomUUID() };
      const ask = () => teller.call('POST', `/api/customers/${customerId}/mobile-number`, asked);
      await until(async () => expect((await ask()).status).toBe(200), {
        what: 'the change of the number',
        timeoutMs: 30_000,
      });
    }
    balance = await truth(operator).balance(buyer);
  });
  afterAll(() => Promise.all([teller.close(), operator.close()]));

  it('has left other data in every place, so the search is meaningful', async () => {
    const dump = [...(await dumpOf(addresses, dataDir))];
    const mentions = (text: string) => dump.flatMap(([where, all]) => (all.includes(text) ? [where] : []));
    expect(mentions(`customer-${buyer.customerId}`)).toEqual(
      expect.arrayContaining(['database customers', 'broker']),
    );
    expect(mentions(orderId)).toEqual(
      expect.arrayContaining([
        'database orders',
        'database ferretdb',
        'broker',
        expect.stringMatching('temporal.db'),
      ]),
    );
  });

  it('is stored in plain text only in replicas and views before, and encrypted elsewhere', async () => {
    await until(async () => expect(await kept()).toContain('database accounts'), {
      what: 'a copy of the customer',
      timeoutMs: 20_000,
    });
    const places = await kept();
    for (const sealed of ['database customers', 'broker']) expect(places).not.toContain(sealed);
    expect(places.filter((place) => place.startsWith('/'))).toEqual([]); // Neither in Temporal nor in a log.
    expect(found(await feedOf('customers'))).toEqual(traces);
  });

  it('is gone from every database, message, history and log', async () => {
    const force = { force: true, reason: 'The balance is paid out in cash' };
    const forgotten = { body: force, key: randomUUID() };
    const forget = () => teller.call('POST', `/api/customers/${buyer.customerId}/forget`, forgotten);
    await until(async () => expect((await forget()).status).toBe(200), {
      what: 'the closure',
      timeoutMs: 30_000,
    });
    await until(async () => expect(await kept()).toEqual([]), {
      what: 'the last trace to go',
      timeoutMs: 20_000,
    });
  });

  it('is gone from every page of every feed', async () => {
    expect(owners.length).toBeGreaterThan(0);
    for (const owner of owners) expect(found(await feedOf(owner))).toEqual([]);
  });

  it('is gone from every API response', async () => {
    const { customerId, accountNumber } = buyer;
    const responses = await Promise.all([
      teller.get(`/api/customers/${customerId}`),
      ...['gateway', 'composer', 'view'].map((via) =>
        teller.get(`/api/customers/${customerId}/summary?via=${via}`),
      ),
      teller.get(`/api/summary?mobileNumber=${encodeURIComponent(numbers.choreography)}`),
      teller.get(`/api/accounts/${accountNumber}`),
      teller.get(`/api/orders/${orderId}`),
      teller.get(`/api/orders?customerId=${customerId}`),
      ...['', '?revision=1', '?revision=2'].map((at) =>
        operator.get(`/api/streams/customers/customer-${customerId}${at}`),
      ),
      operator.get(`/api/streams/accounts/account-${accountNumber}`),
      operator.get(`/api/streams/orders/order-${orderId}`),
      operator.get(`/api/sagas/${orderId}`),
      operator.get(`/api/sagas?customerId=${customerId}`),
    ]);
    // No response echoes the query.
    expect(found(JSON.stringify(responses.map(({ body }) => body)))).toEqual([]);
    expect(responses[0]!.body).toEqual({ customerId, status: 'forgotten' });
    expect(responses[4]!.status).toBe(404);
  });

  it('has been paid out, and keeps orders unchanged', async () => {
    expect(balance).toBe(7_000);
    expect(await truth(operator).balance(buyer)).toBe(0);
    expect(await truth(operator).order(orderId)).toBe('confirmed');
    const history = (await operator.get(`/api/streams/customers/customer-${buyer.customerId}`)).body;
    expect(
      (history['commits'] as readonly { events: readonly { type: string }[] }[]).flatMap(({ events }) =>
        events.map(({ type }) => type),
      ),
    ).toEqual([
      'CustomerRegistered',
      'CustomerRenamed',
      'EmailChanged',
      'MobileNumberChangeRequested', // For a saga, which completes it by its id.
      'MobileNumberChanged',
      'MobileNumberChangeSettled',
      'MobileNumberChanged', // By choreography.
      'MobileNumberChangeSettled',
      'ClosureRequested',
      'CustomerLeaving',
      'CustomerDeactivated',
      'CustomerForgotten',
    ]);
  });

  it('frees the mobile number', async () => {
    const other = { name: 'Ada Lovelace', email: 'else@example.com', mobileNumber: numbers.choreography };
    expect((await change('POST', '/api/customers', other)).status).toBe(201);
  });
});
