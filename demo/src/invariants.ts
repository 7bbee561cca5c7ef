import type { ApiClient } from '@bankside/client';
import type { Plan, PlannedProduct } from './plan';
import { inParallel } from './pool';
import type { Sent, SentCustomer, SentOrder } from './send';

/** What must be true at the end, each checked against the services' own streams. `failures` tells the first of what is not. */
export type Invariants = Readonly<{
  invariants: Readonly<{ money: boolean; stock: boolean; orders: boolean; views: boolean }>;
  failures: readonly string[];
}>;

type Commit = Readonly<{
  events: readonly Readonly<{ type: string; data: Readonly<Record<string, unknown>> }>[];
}>;
type Stream = Readonly<{
  state: Readonly<Record<string, unknown>>;
  commits: readonly Commit[];
  next?: number;
}>;

const CONCURRENCY = 16;

const readStream = async (api: ApiClient, service: string, stream: string): Promise<Stream> => {
  const commits: Commit[] = [];
  for (let after: number | undefined = 0, page: Stream | undefined; ; after = page.next) {
    const { status, body } = await api.get(`/api/streams/${service}/${stream}?after=${after}`);
    if (status !== 200) throw new Error(`GET stream ${stream}: ${status} ${JSON.stringify(body)}`);
    page = body as unknown as Stream;
    commits.push(...page.commits);
    if (page.next === undefined) return { state: page.state, commits };
  }
};

const sumOf = ({ commits }: Stream, type: string, field: string): number =>
  commits
    .flatMap(({ events }) => events)
    .reduce((sum, event) => (event.type === type ? sum + Number(event.data[field]) : sum), 0);

const totalOf = ({ order }: SentOrder): number =>
  order.lines.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0);

const confirmed = ({ orders }: SentCustomer): readonly SentOrder[] =>
  orders.filter(({ state }) => state === 'confirmed');

/** Money in = money held + money spent: from the account's own events, and against the orders that the customer got. */
const checkMoney = async (api: ApiClient, customer: SentCustomer): Promise<string | undefined> => {
  const account = await readStream(api, 'accounts', `account-${customer.accountNumber}`);
  const paidIn = sumOf(account, 'MoneyDeposited', 'amountCents');
  const paidOut =
    sumOf(account, 'MoneyWithdrawn', 'amountCents') - sumOf(account, 'WithdrawalCancelled', 'amountCents');
  const held = Number(account.state['balanceCents']);
  const spent = confirmed(customer).reduce((sum, order) => sum + totalOf(order), 0);
  if (paidIn === customer.depositedCents && paidOut === spent && held === paidIn - spent && held >= 0)
    return undefined;
  return `account ${customer.accountNumber}: in ${paidIn} (sent ${customer.depositedCents}), out ${paidOut} (orders ${spent}), held ${held}`;
};

/** Stock on hand = restocked - sold, and nothing is still reserved. */
const checkStock = async (
  api: ApiClient,
  product: PlannedProduct,
  sold: ReadonlyMap<string, number>,
): Promise<string | undefined> => {
  const stream = await readStream(api, 'inventory', `product-${product.sku}`);
  const delivered = product.deliveries.reduce((sum, { quantity }) => sum + quantity, 0);
  const taken = sold.get(product.sku) ?? 0;
  const { onHand, reserved } = stockOf(stream);
  if (onHand === delivered - taken && reserved === 0 && onHand >= 0) return undefined;
  return `product ${product.sku}: on hand ${onHand}, reserved ${reserved}, restocked ${delivered}, sold ${taken}`;
};

/** The newest event that tells of stock carries what there is after it. */
const stockOf = ({ commits }: Stream): Readonly<{ onHand: number; reserved: number }> => {
  const last = commits.flatMap(({ events }) => events).findLast(({ data }) => 'onHand' in data);
  return { onHand: Number(last?.data['onHand'] ?? 0), reserved: Number(last?.data['reserved'] ?? 0) };
};

const checkOrder = async (api: ApiClient, { orderId, state }: SentOrder): Promise<string | undefined> => {
  const stream = await readStream(api, 'orders', `order-${orderId}`);
  const actual = String(stream.state['status']);
  return actual === state ? undefined : `order ${orderId}: the service says ${actual}, the view ${state}`;
};

const checkViews = async (api: ApiClient): Promise<string | undefined> => {
  const { status, body } = await api.get('/api/projections/order-status/audit');
  return status === 200 && body['equal'] === true
    ? undefined
    : `view order-status: ${status} ${JSON.stringify(body)}`;
};

const soldOf = (sent: Sent): ReadonlyMap<string, number> => {
  const sold = new Map<string, number>();
  for (const { order } of sent.customers.flatMap(confirmed))
    for (const { sku, quantity } of order.lines) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
  return sold;
};

/** Asks the services themselves, one stream for each account, product and order. */
export const checkInvariants = async (api: ApiClient, plan: Plan, sent: Sent): Promise<Invariants> => {
  const failures: string[] = [];
  const check = async <T>(
    items: readonly T[],
    one: (item: T) => Promise<string | undefined>,
  ): Promise<boolean> => {
    const before = failures.length;
    await inParallel(items, CONCURRENCY, async (item) => {
      const failure = await one(item);
      if (failure !== undefined) failures.push(failure);
    });
    return failures.length === before;
  };
  const sold = soldOf(sent);
  const orders = sent.customers.flatMap((customer) => customer.orders);
  return {
    invariants: {
      money: await check(sent.customers, (customer) => checkMoney(api, customer)),
      stock: await check(plan.products, (product) => checkStock(api, product, sold)),
      orders: (await check(orders, (order) => checkOrder(api, order))) && orders.length === plan.orders,
      views: await check([undefined], () => checkViews(api)),
    },
    failures,
  };
};
