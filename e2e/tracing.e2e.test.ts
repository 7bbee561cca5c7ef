import type { ApiClient } from '@bankside/client';
import { edgesOf, missingEdges, type Edge, type ReceivedSpan } from '@bankside/telemetry/testing';
import { until } from '@bankside/tools';
import { randomBytes } from 'node:crypto';
import { withoutPropagation } from './control';
import { devToken, gatewayUrl, shop, signInAs, type Buyer } from './shop';

const PARENT = '1'.repeat(16);

/** What every order has that reaches the payment. */
const EDGES: readonly Edge[] = [
  'gateway → orders',
  'orders → worker',
  'worker → orders',
  'worker → inventory',
  'worker → payments',
  'worker → accounts',
  'orders ⇢ orders: send orders.events',
  'orders ⇢ worker: process orders.events',
  'inventory ⇢ orders: process inventory.events',
  'orders ⇢ projection: update order-status',
];
/** The views that an order without a movement of money does not change. */
const VIEWS_OF_MONEY = ['statement', 'monthly-totals', 'transfers'];

/** Placed and rejected, authorized and voided, reserved and released. */
const COMMITS_OF_A_REJECTED_ORDER = ['order', 'order', 'payment', 'payment', 'product', 'product'];

const byText = (one: string, other: string): number => one.localeCompare(other);

const spansOf = async (traceId: string): Promise<readonly ReceivedSpan[]> => {
  const response = await fetch(`${process.env['BANKSIDE_E2E_RECEIVER']}/spans?trace=${traceId}`);
  return (await response.json()) as readonly ReceivedSpan[];
};

/** Places an order for three pieces in a trace of its caller. */
const placeOrder = async ({ customerId, accountNumber }: Buyer, sku: string, traceparent: string) => {
  const response = await fetch(`${gatewayUrl()}/api/orders`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await devToken({ role: 'teller' })}`,
      'content-type': 'application/json',
      'idempotency-key': randomBytes(8).toString('hex'),
      traceparent,
    },
    body: JSON.stringify({
      customerId,
      lines: [{ sku, quantity: 3 }],
      payWith: { account: accountNumber },
    }),
  });
  expect(response.status).toBe(202);
  return response.headers.get('correlation-id') ?? '';
};

const updatedViews = (traceId: string, spans: readonly ReceivedSpan[]): readonly string[] => [
  ...new Set(
    [...edgesOf(traceId, spans)].flatMap((edge) => / projection: update (.+)$/.exec(edge)?.[1] ?? []),
  ),
];

describe('the trace of an order', () => {
  let teller: ApiClient;
  let operator: ApiClient;
  let at: ReturnType<typeof shop>;
  let views: readonly string[];

  beforeAll(async () => {
    teller = await signInAs({ role: 'teller' });
    operator = await signInAs({ role: 'operator' });
    at = shop(teller);
    const { body } = await operator.get('/api/projections');
    views = (body['projections'] as readonly { name: string }[]).map(({ name }) => name);
    expect(views).toEqual(expect.arrayContaining(['order-status', ...VIEWS_OF_MONEY]));
  });
  afterAll(() => Promise.all([teller.close(), operator.close()]));

  /** Places an order of 7,500 cents, and returns its spans once they have these edges and views. */
  const traceOf = async (balance: number, expected: readonly string[]) => {
    const traceId = randomBytes(16).toString('hex');
    const correlationId = await placeOrder(
      await at.buyer(balance),
      await at.product(2_500, 5),
      `00-${traceId}-${PARENT}-01`,
    );
    let spans: readonly ReceivedSpan[] = [];
    await until(
      async () => {
        spans = await spansOf(traceId);
        expect(missingEdges(traceId, spans, EDGES)).toEqual([]);
        expect(updatedViews(traceId, spans)).toEqual(expect.arrayContaining([...expected]));
        expect(spans.find(({ name }) => name === 'saga placeOrder')).toBeDefined();
      },
      { what: 'the whole trace', timeoutMs: 30_000 },
    );
    return { traceId, correlationId, spans: spans.filter((span) => span.traceId === traceId) };
  };

  const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
    const found = spans.find((span) => span.name === name);
    if (found === undefined) throw new Error(`no ${name} among ${spans.map((span) => span.name).join(', ')}`);
    return found;
  };

  it('reaches every service and view of a confirmed order, by parents within calls and links behind the broker', async () => {
    const { spans } = await traceOf(10_000, views);
    const [click, saga] = [named(spans, 'POST /api/orders'), named(spans, 'saga placeOrder')];
    expect(click.parentSpanId).toBe(PARENT);
    expect(saga.attributes).toMatchObject({ 'bankside.saga.state': 'confirmed' });
    for (const name of [
      'step verify',
      'step reserve',
      'step authorize',
      'step withdraw',
      'step capture',
      'step confirm',
    ])
      expect(named(spans, name).parentSpanId).toBe(saga.spanId);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const orphans = spans.filter(
      ({ parentSpanId }) => parentSpanId !== PARENT && !ids.has(parentSpanId ?? ''),
    );
    expect(orphans.map(({ name }) => name)).toEqual([]);
    const outbox = named(spans, 'outbox orders');
    expect(outbox.start).toBeGreaterThanOrEqual(click.start - 50); // The clock of the database.
    expect(outbox.end).toBeGreaterThan(outbox.start);
  });

  it('lacks the edges of a service that ignores the context of its callers, which the story does not need', async () => {
    const traceId = randomBytes(16).toString('hex');
    const [buyer, sku] = [await at.buyer(10_000), await at.product(2_500, 5)];
    const correlationId = await withoutPropagation('orders', async () => {
      const id = await placeOrder(buyer, sku, `00-${traceId}-${PARENT}-01`);
      await until(
        async () => {
          const { body } = await operator.get(`/api/stories/${id}`);
          expect(body['entries']).toContainEqual(
            expect.objectContaining({ kind: 'saga', state: 'confirmed', endedAt: expect.any(String) }),
          );
        },
        { what: 'the end of the saga', timeoutMs: 30_000 },
      );
      return id;
    });
    // The spans of the whole order have been exported once a later order has all of its own.
    await traceOf(10_000, []);
    const spans = await spansOf(traceId);
    expect(spans.find(({ name }) => name === 'POST /api/orders')).toBeDefined();
    expect(missingEdges(traceId, spans, EDGES)).toEqual(EDGES);
    const { body } = await operator.get(`/api/stories/${correlationId}`);
    expect(body).toMatchObject({ complete: true });
  });

  it('contains the undo of a rejected order, whose commits are in the same story', async () => {
    const moneyless = views.filter((view) => !VIEWS_OF_MONEY.includes(view));
    const { traceId, correlationId, spans } = await traceOf(7_499, moneyless);
    const saga = named(spans, 'saga placeOrder');
    expect(saga.attributes).toMatchObject({ 'bankside.saga.state': 'rejected' });
    const undone = ['undo void', 'undo release'].map((name) => named(spans, name));
    expect(undone.map(({ parentSpanId }) => parentSpanId)).toEqual([saga.spanId, saga.spanId]);
    for (const { spanId } of undone) {
      const invocation = spans.find(({ parentSpanId }) => parentSpanId === spanId);
      const command = spans.find(({ parentSpanId }) => parentSpanId === invocation?.spanId);
      expect(command?.attributes['bankside.command.outcome']).toBe('accepted');
    }
    const refusal = named(spans, 'step withdraw');
    expect([refusal.failed, refusal.end <= undone[0]!.start]).toEqual([true, true]);
    const { body } = await operator.get(`/api/stories/${correlationId}`);
    const entries = body['entries'] as readonly Readonly<{ kind: string; trace?: string; stream?: string }>[];
    const commits = entries.filter(({ kind }) => kind === 'commit');
    expect(commits.map(({ stream }) => String(stream?.split('-')[0])).toSorted(byText)).toEqual(
      COMMITS_OF_A_REJECTED_ORDER,
    );
    for (const { trace } of commits) expect(trace?.split('-')[1]).toBe(traceId);
  });
});
