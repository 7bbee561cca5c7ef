import { randomUUID } from 'node:crypto';
import type { ApiClient } from '@bankside/client';
import type { Story, StoryEntry } from '@bankside/contracts/http/stories';
import { until } from '@bankside/tools';
import { Client, Connection } from '@temporalio/client';
import { devToken, gatewayUrl, shop, signInAs, wholeSystem, type Buyer } from './shop';

const WITHIN_MS = 60_000;
/** `Ada Lovelace` and her address, as the shop of these tests registers every buyer. */
const PERSON = /lovelace|ada@example/i;

const byText = (one: string | undefined, other: string | undefined): number =>
  String(one).localeCompare(String(other));

type CommitEntry = Extract<StoryEntry, { kind: 'commit' }>;
type SagaEntry = Extract<StoryEntry, { kind: 'saga' }>;
type StepEntry = Extract<StoryEntry, { kind: 'step' }>;

const commitsOf = ({ entries }: Story) => entries.filter((one): one is CommitEntry => one.kind === 'commit');
const stepsOf = ({ entries }: Story) => entries.filter((one): one is StepEntry => one.kind === 'step');
const sagaOf = ({ entries }: Story) => entries.find((one): one is SagaEntry => one.kind === 'saga');
const eventsOf = (story: Story) => commitsOf(story).flatMap(({ published }) => published);

/** Whether all that follows has been recorded: the end of the saga, each event by the view of orders, and the first by the worker. */
const isWhole = (story: Story): boolean =>
  story.requests.length > 0 &&
  sagaOf(story)?.endedAt !== undefined &&
  eventsOf(story)
    .filter(({ type }) => type.startsWith('orders.'))
    .every(({ type, publishedAt, consumers }) => {
      const readers = type === 'orders.order-placed.v1' ? ['order-status', 'worker'] : ['order-status'];
      const isRead = readers.every((reader) => consumers.some(({ consumer }) => consumer === reader));
      return publishedAt !== undefined && isRead;
    });

/** The causes that are not in the story before their effects. */
const brokenOrder = ({ correlationId, entries }: Story): readonly string[] => {
  const known = new Set([correlationId]);
  return entries.flatMap((entry) => {
    const isKnown = known.has(entry.causedBy);
    known.add(entry.id);
    if (entry.kind === 'commit') for (const { id } of entry.published) known.add(id);
    return isKnown ? [] : [`${entry.id} before its cause ${entry.causedBy}`];
  });
};

describe('the story of an order', () => {
  let teller: ApiClient;
  let operator: ApiClient;
  let connection: Connection;
  let buyer: Buyer;
  let customer: ApiClient;
  beforeAll(async () => {
    teller = await signInAs({ role: 'teller' });
    operator = await signInAs({ role: 'operator' });
    connection = await Connection.connect({ address: wholeSystem().addresses.temporalAddress });
    buyer = await shop(teller).buyer(10_000);
    customer = await signInAs({ role: 'customer', customerId: buyer.customerId });
  });
  afterAll(() => Promise.all([teller.close(), operator.close(), customer.close(), connection.close()]));

  /** Places an order twice under one key, and reads its story once it is whole. */
  const storyOf = async (unitPriceCents: number) => {
    const [sku, key] = [await shop(teller).product(unitPriceCents, 5), randomUUID()];
    const { customerId, accountNumber } = buyer;
    const order = { customerId, lines: [{ sku, quantity: 2 }], payWith: { account: accountNumber } };
    const path = '/api/orders';
    const placed = await customer.post(path, key, order);
    expect(placed.status).toBe(202);
    expect((await customer.post(path, key, order)).body).toEqual(placed.body);
    const orderId = String(placed.body['orderId']);
    const { body } = await operator.get(`/api/streams/orders/order-${orderId}`);
    const [{ correlationId }] = body['commits'] as readonly [Readonly<{ correlationId: string }>];
    const read = async () => (await operator.get(`/api/stories/${correlationId}`)).body as unknown as Story;
    let story = await read();
    await until(
      async () => {
        story = await read();
        expect(isWhole(story)).toBe(true);
      },
      { what: 'the whole story', timeoutMs: WITHIN_MS },
    );
    return { orderId, correlationId, story, read };
  };

  it('has every edge of a confirmed order in causal order, and its steps once Temporal has deleted the saga', async () => {
    const { orderId, correlationId, story, read } = await storyOf(2_500);
    expect(story).toMatchObject({ correlationId, complete: true, missing: [], notKept: [] });
    expect(story.requests).toMatchObject(
      [202, 202].map((status) => ({ operation: 'placeOrder', method: 'POST', path: '/api/orders', status })),
    );
    expect(brokenOrder(story)).toEqual([]);
    const steps = stepsOf(story);
    const named = new Set(steps.map(({ step }) => step.split('/')[0]));
    expect([...named].toSorted(byText)).toEqual([
      'authorize',
      'capture',
      'commit',
      'confirm',
      'reserve',
      'verify',
      'withdraw',
    ]);
    for (const step of steps) {
      expect(step).toMatchObject({ state: 'done', causedBy: `saga/${orderId}` });
      expect(step.endedAt! >= step.at!).toBe(true);
    }
    const made = commitsOf(story).map(({ stream, causedBy }) => [
      stream.split('-')[0],
      causedBy.replace(`saga/${orderId}/`, '').split('/')[0],
    ]);
    expect(made).toEqual(
      expect.arrayContaining([
        ['order', correlationId],
        ['product', 'reserve'],
        ['payment', 'authorize'],
        ['account', 'withdraw'],
        ['payment', 'capture'],
        ['product', 'commit'],
        ['order', 'confirm'],
      ]),
    );
    const placed = eventsOf(story).find(({ type }) => type === 'orders.order-placed.v1')!;
    expect(sagaOf(story)).toMatchObject({ state: 'confirmed', saga: 'place-order', causedBy: placed.id });
    expect(placed.consumers.map(({ service }) => service)).toEqual(
      expect.arrayContaining(['worker', 'projection']),
    );

    const { workflowService, options } = new Client({ connection }).workflow;
    await workflowService.deleteWorkflowExecution({
      namespace: options.namespace,
      workflowExecution: { workflowId: orderId },
    });
    const saga = () => operator.get(`/api/sagas/${orderId}`);
    await until(async () => expect((await saga()).body).toMatchObject({ recorded: true }), {
      what: 'the record in place of the saga',
      timeoutMs: WITHIN_MS,
    });
    const later = await read();
    expect(later.notKept).toEqual([]);
    expect(sagaOf(later)).toMatchObject({ state: 'confirmed', causedBy: placed.id });
    expect(stepsOf(later)).toEqual(steps);
    await until(
      async () => {
        const { body } = await operator.get(`/api/sagas?orderId=${orderId}`);
        expect(body['sagas']).toMatchObject([{ sagaId: orderId, recorded: true, status: 'completed' }]);
      },
      { what: 'the record in the list', timeoutMs: WITHIN_MS },
    );
  });

  it('has the undo of an order that is not paid, each compensation with the step that it undoes', async () => {
    const { orderId, story } = await storyOf(9_000);
    expect(sagaOf(story)).toMatchObject({ state: 'rejected' });
    expect(brokenOrder(story)).toEqual([]);
    const steps = stepsOf(story);
    const at = (name: string) => steps.findIndex(({ step }) => step.startsWith(name));
    expect(steps[at('withdraw')]).toMatchObject({ state: 'rejected', note: 'insufficient-funds' });
    for (const [undo, step] of [
      ['void', 'authorize'],
      ['release', 'reserve'],
    ] as const) {
      expect(steps[at(undo)]).toMatchObject({ state: 'done', compensates: steps[at(step)]!.id });
      expect(at('withdraw')).toBeLessThan(at(undo));
    }
    expect(at('void')).toBeLessThan(at('release'));
    const undone = commitsOf(story).filter(({ causedBy }) => causedBy.startsWith(`saga/${orderId}/`));
    expect(undone.flatMap(({ events }) => events)).toEqual(
      expect.arrayContaining(['PaymentVoided', 'StockReleased', 'OrderRejected']),
    );
  });

  it('is read by its customer and by staff, without personal data, and by no other customer', async () => {
    const { correlationId } = await storyOf(100);
    const path = `/api/stories/${correlationId}`;
    const own = await customer.get(path);
    expect([own.status, (await operator.get(path)).status, (await teller.get(path)).status]).toEqual([
      200, 200, 200,
    ]);
    expect(JSON.stringify((await operator.get(path)).body)).not.toMatch(PERSON);
    expect(JSON.stringify(own.body)).not.toMatch(/commandId|"actor"|"trace"/);
    const { customerId } = await shop(teller).buyer(0);
    const other = await signInAs({ role: 'customer', customerId });
    const unknown = await other.get(`/api/stories/${randomUUID()}`);
    expect(unknown.status).toBe(404);
    const refused = await other.get(path);
    expect([refused.status, refused.body]).toEqual([404, unknown.body]);
    await other.close();
    expect((await operator.get(`/api/stories/${randomUUID()}`)).status).toBe(404);
  });

  it.each([
    ['a malformed trace', { traceparent: 'garbage' }],
    ['a trace of another version', { traceparent: `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }],
    ['a trace of zeros', { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }],
    ['an endless trace', { traceparent: 'a'.repeat(4_000), tracestate: 'b'.repeat(2_000) }],
    ['an id of its own', { 'correlation-id': '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11', 'causation-id': 'x' }],
    ['an id that is none', { 'correlation-id': "'; drop table state", 'causation-id': ' ' }],
  ])('is that of the key, though the caller sends %s', async (_what, sent) => {
    const url = `${gatewayUrl()}/api/accounts/${buyer.accountNumber}/deposits`;
    const authorization = `Bearer ${await devToken({ role: 'teller' })}`;
    const key = randomUUID();
    const depositWith = (headers: Readonly<Record<string, string>>) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key, authorization, ...headers },
        body: JSON.stringify({ amountCents: 100 }),
      });
    const [odd, plain] = [await depositWith(sent), await depositWith({})];
    expect([odd.status, plain.status]).toEqual([201, 201]);
    const correlationId = plain.headers.get('correlation-id');
    expect(odd.headers.get('correlation-id')).toBe(correlationId);
    const entries = [{ kind: 'commit', causedBy: correlationId }];
    // A gateway that is too busy responds 503.
    await until(
      async () => {
        const { status, body } = await operator.get(`/api/stories/${correlationId}`);
        expect([status, body]).toMatchObject([200, { entries }]);
      },
      { what: 'the story', timeoutMs: WITHIN_MS },
    );
  });

  it.each([
    'order-1',
    '00000000-0000-0000-0000-000000000000',
    'x'.repeat(300),
    '%00',
    "6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11'--",
    '6F1C1B0E-4A35-8C1E-9A83-1F0F6F3C3A11',
  ])('does not exist for the malformed id %j', async (id) => {
    for (const reader of [operator, customer]) {
      const { status, body } = await reader.get(`/api/stories/${id}`);
      expect({ status, type: body['type'] }).toEqual({ status: 400, type: '/problems/invalid-request' });
    }
  });
});
