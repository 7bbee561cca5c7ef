import { waitForOrder, waitForReturn, type ApiClient, type ApiReply } from '@bankside/client';
import { forEachConcurrently } from '@bankside/std';
import { CURRENCY, type Plan, type PlannedCustomer, type PlannedOrder, type PlannedProduct } from './plan';
import { loanSender, sendLoans } from './send-loans';
import type { Progress, Returned, Sent, SentCustomer, SentOrder } from './sent';

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

  /** Either the cancellation or the payment wins; the order shows which. */
  const cancel = async (orderId: string, key: string): Promise<void> => {
    const path = `/api/orders/${orderId}/cancellation`;
    const reply = await teller.post(path, `${prefix}:cancel-${key}`, { reason: 'changed-my-mind' });
    expectStatus(reply, `POST ${path}`, 200, 202, 409);
  };

  /** Returns one piece or all, and waits until the money is back. */
  const takeBack = async (
    orderId: string,
    { key, lines, then }: PlannedOrder,
  ): Promise<Returned | undefined> => {
    const [first] = lines;
    if (first === undefined || (then !== 'return-one' && then !== 'return-all')) return undefined;
    const pieces = then === 'return-all' ? lines : [{ ...first, quantity: 1 }];
    const back = pieces.map(({ sku, quantity }) => ({ sku, quantity }));
    const accepted = await send(`/api/orders/${orderId}/returns`, `return-${key}`, { lines: back });
    await waitForReturn(teller, orderId, String(accepted.body['returnId']), accepted.token);
    const refundCents = pieces.reduce(
      (sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents,
      0,
    );
    return { lines: back, refundCents };
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
    if (planned.then === 'cancel') await cancel(orderId, key);
    const { state, reason } = await waitForOrder(teller, orderId, placed.token);
    const sent = { order: planned, orderId, state, reason, ms: performance.now() - begun };
    const returned = state === 'confirmed' ? await takeBack(orderId, planned) : undefined;
    return { ...sent, ...(returned && { returned }) };
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
    return { key, customerId, accountNumber, depositedCents, orders };
  };

  return { product, customer, loan: loanSender(teller, send) };
};

type SendOptions = Readonly<{ concurrency: number; progress: Progress }>;

/** Sends a plan: all products first, then the customers concurrently, each with its purchases in sequence. */
export const sendPlan = async (
  clients: Clients,
  plan: Plan,
  { prefix, concurrency, progress }: SendOptions & Readonly<{ prefix: string }>,
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
  const sagaSeconds = (performance.now() - begun) / 1000;
  return {
    customers,
    loans: await sendLoans(send.loan, plan, customers, { concurrency, progress }),
    sagaSeconds,
  };
};
