import { waitForOrder, type ApiClient, type ApiReply } from '@bankside/client';
import { forEachConcurrently } from '@bankside/std';
import type { Plan, PlannedCustomer, PlannedOrder, PlannedProduct } from './plan';

/** An order in its final state. `ms` is the time from its POST until the view shows that state; `repeated`: an earlier run placed it. */
export type SentOrder = Readonly<{
  order: PlannedOrder;
  orderId: string;
  state: 'confirmed' | 'rejected' | 'cancelled';
  reason: string | undefined;
  ms: number;
}>;

export type SentCustomer = Readonly<{
  customerId: string;
  accountNumber: string;
  depositedCents: number;
  orders: readonly SentOrder[];
}>;

export type Sent = Readonly<{ customers: readonly SentCustomer[]; sagaSeconds: number }>;

export type Progress = (what: string, done: number, of: number) => void;

const CURRENCY = 'USD';

const expectStatus = (reply: ApiReply, what: string, ...statuses: readonly number[]): ApiReply => {
  if (statuses.includes(reply.status)) return reply;
  throw new Error(`${what}: ${reply.status} ${JSON.stringify(reply.body)}`);
};

/** Tellers serve customers; operators manage products and stock. */
export type Clients = Readonly<{ teller: ApiClient; operator: ApiClient }>;

/** `prefix` sets the keys of this import apart from those of others. */
const sender = ({ teller, operator }: Clients, prefix: string) => {
  const sendBy =
    (api: ApiClient) =>
    async (path: string, key: string, body: object): Promise<ApiReply> =>
      expectStatus(await api.post(path, `${prefix}:${key}`, body), `POST ${path}`, 200, 201, 202);
  const send = sendBy(teller);
  const sendStock = sendBy(operator);

  const product = async ({ sku, title, unitPriceCents, deliveries }: PlannedProduct): Promise<void> => {
    await sendStock('/api/products', `product-${sku}`, { sku, title, unitPriceCents, currency: CURRENCY });
    for (const { key, quantity } of deliveries)
      await sendStock(`/api/products/${sku}/stock`, `stock-${key}-${sku}`, { quantity });
  };

  const order = async (
    customerId: string,
    accountNumber: string,
    planned: PlannedOrder,
  ): Promise<SentOrder> => {
    const { key, lines, depositCents } = planned;
    if (depositCents > 0)
      await send(`/api/accounts/${accountNumber}/deposits`, `deposit-${key}`, { amountCents: depositCents });
    const wanted = lines.map(({ sku, quantity }) => ({ sku, quantity }));
    const begun = performance.now();
    const placed = await send('/api/orders', `order-${key}`, {
      customerId,
      lines: wanted,
      payWith: { account: accountNumber },
    });
    const orderId = String(placed.body['orderId']);
    const { state, reason } = await waitForOrder(teller, orderId, placed.token);
    return { order: planned, orderId, state, reason, ms: performance.now() - begun };
  };

  const customer = async (planned: PlannedCustomer, onOrder: () => void): Promise<SentCustomer> => {
    const { key, name, email, mobileNumber } = planned;
    const registered = await send('/api/customers', key, { name, email, mobileNumber });
    const customerId = String(registered.body['customerId']);
    const opened = await send(`/api/customers/${customerId}/accounts`, `account-${key}`, {
      currency: CURRENCY,
    });
    const accountNumber = String(opened.body['accountNumber']);
    const orders: SentOrder[] = [];
    for (const one of planned.orders) {
      orders.push(await order(customerId, accountNumber, one));
      onOrder();
    }
    const depositedCents = planned.orders.reduce((sum, { depositCents }) => sum + depositCents, 0);
    return { customerId, accountNumber, depositedCents, orders };
  };

  return { product, customer };
};

/** Sends a plan: all products first, then the customers concurrently, each with its purchases in sequence. */
export const sendPlan = async (
  clients: Clients,
  plan: Plan,
  { prefix, concurrency, progress }: Readonly<{ prefix: string; concurrency: number; progress: Progress }>,
): Promise<Sent> => {
  const send = sender(clients, prefix);
  let products = 0;
  await forEachConcurrently(plan.products, concurrency, async (one) => {
    await send.product(one);
    progress('products', (products += 1), plan.products.length);
  });
  const customers: SentCustomer[] = [];
  const begun = performance.now();
  let orders = 0;
  // Customers with the most purchases start first, because their purchases run in sequence and end last.
  const byLength = plan.customers.toSorted((a, b) => b.orders.length - a.orders.length);
  await forEachConcurrently(byLength, concurrency, async (one) => {
    customers.push(await send.customer(one, () => progress('orders', (orders += 1), plan.orders)));
  });
  return { customers, sagaSeconds: (performance.now() - begun) / 1000 };
};
