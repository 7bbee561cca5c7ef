import { runAudit } from '@bankside/audit';
import type { ApiClient } from '@bankside/client';
import { forEachConcurrently } from '@bankside/std';
import type { Plan, PlannedProduct } from './plan';
import type { Sent, SentCustomer, SentLoan, SentOrder } from './sent';

/** The invariants at the end of a run, verified against the services' own streams. `failures` describes violations. */
export type Invariants = Readonly<{
  invariants: Readonly<{
    money: boolean;
    stock: boolean;
    orders: boolean;
    loans: boolean;
    transfers: boolean;
    views: boolean;
    journal: boolean;
    audit: boolean;
  }>;
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

type StoredEvent = Readonly<{ type: string; data: Readonly<Record<string, unknown>> }>;

const eventsOf = ({ commits }: Stream, type: string): readonly StoredEvent[] =>
  commits.flatMap(({ events }) => events).filter((event) => event.type === type);

const sumOf = (events: readonly StoredEvent[], field: string): number =>
  events.reduce((sum, { data }) => sum + Number(data[field]), 0);

/** Sums by order, including orders of earlier runs with the same file. */
const byOrder = (events: readonly StoredEvent[], field: string): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const { data } of events)
    sums.set(String(data['orderId']), (sums.get(String(data['orderId'])) ?? 0) + Number(data[field]));
  return sums;
};

const totalOf = ({ order }: SentOrder): number =>
  order.lines.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0);

/** Money in = money held + money spent, by the account's own events; each order took its total or nothing. */
const checkMoney = async (api: ApiClient, customer: SentCustomer): Promise<string | undefined> => {
  const account = await readStream(api, 'accounts', `account-${customer.accountNumber}`);
  const paidIn = sumOf(eventsOf(account, 'MoneyDeposited'), 'amountCents');
  const withdrawn = eventsOf(account, 'MoneyWithdrawn');
  const returned = eventsOf(account, 'WithdrawalCancelled');
  const refunded = eventsOf(account, 'RefundCredited');
  const paidOut =
    sumOf(withdrawn, 'amountCents') - sumOf(returned, 'amountCents') - sumOf(refunded, 'amountCents');
  const held = Number(account.state['balanceCents']);
  const [taken, givenBack] = [
    byOrder(withdrawn, 'amountCents'),
    byOrder([...returned, ...refunded], 'amountCents'),
  ];
  const wrong = customer.orders.find(({ orderId, ...order }) => {
    const spent = (taken.get(orderId) ?? 0) - (givenBack.get(orderId) ?? 0);
    const total = totalOf({ orderId, ...order }) - (order.returned?.refundCents ?? 0);
    return spent !== (order.state === 'confirmed' ? total : 0);
  });
  if (wrong !== undefined) return `order ${wrong.orderId} is ${wrong.state}, but took a different amount`;
  if (paidIn >= customer.depositedCents && held === paidIn - paidOut && held >= 0) return undefined;
  return `account ${customer.accountNumber}: in ${paidIn} (sent ${customer.depositedCents}), out ${paidOut}, held ${held}`;
};

type Sold = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Stock on hand = restocked - sold + returned and nothing is reserved; each order received all of its pieces or none. */
const checkStock = async (
  api: ApiClient,
  product: PlannedProduct,
  wanted: Sold,
): Promise<string | undefined> => {
  const stream = await readStream(api, 'inventory', `product-${product.sku}`);
  const restocked = sumOf(eventsOf(stream, 'StockAdded'), 'quantity');
  const sold = eventsOf(stream, 'StockCommitted');
  const back = eventsOf(stream, 'StockReturned');
  const delivered = product.deliveries.reduce((sum, { quantity }) => sum + quantity, 0);
  const { onHand, reserved } = stockOf(stream);
  const given = byOrder(sold, 'quantity');
  for (const [orderId, pieces] of wanted.get(product.sku) ?? [])
    if ((given.get(orderId) ?? 0) !== pieces)
      return `product ${product.sku}: order ${orderId} received ${given.get(orderId) ?? 0} pieces, not ${pieces}`;
  if (
    restocked >= delivered &&
    onHand === restocked - sumOf(sold, 'quantity') + sumOf(back, 'quantity') &&
    reserved === 0 &&
    onHand >= 0
  )
    return undefined;
  return `product ${product.sku}: on hand ${onHand}, reserved ${reserved}, restocked ${restocked} (sent ${delivered})`;
};

/** The newest stock event carries the stock after it. */
const stockOf = ({ commits }: Stream): Readonly<{ onHand: number; reserved: number }> => {
  const last = commits.flatMap(({ events }) => events).findLast(({ data }) => 'onHand' in data);
  return { onHand: Number(last?.data['onHand'] ?? 0), reserved: Number(last?.data['reserved'] ?? 0) };
};

const piecesOf = (lines: readonly Readonly<{ quantity: number }>[]): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** The state of an order after its returns. */
const finalState = ({ state, order, returned }: SentOrder): string => {
  if (returned === undefined) return state;
  return piecesOf(returned.lines) === piecesOf(order.lines) ? 'returned' : 'partly-returned';
};

const checkOrder = async (api: ApiClient, sent: SentOrder): Promise<string | undefined> => {
  const { orderId } = sent;
  const expected = finalState(sent);
  const stream = await readStream(api, 'orders', `order-${orderId}`);
  const actual = String(stream.state['status']);
  return actual === expected ? undefined : `order ${orderId}: ${actual} in its stream, expected ${expected}`;
};

/** What is owed = what the account received - what was repaid. */
const checkLoan = async (
  api: ApiClient,
  { loanNumber, fromAccount, plan }: SentLoan,
): Promise<string | undefined> => {
  const stream = await readStream(api, 'loans', `loan-${loanNumber}`);
  const account = await readStream(api, 'accounts', `account-${fromAccount}`);
  const paidOut = eventsOf(account, 'MoneyDeposited').filter(({ data }) => data['loanNumber'] === loanNumber);
  const repaid = sumOf(eventsOf(stream, 'LoanRepaid'), 'amountCents');
  const received = sumOf(paidOut, 'amountCents');
  const owed = Number(stream.state['totalCents']) - Number(stream.state['paidCents']);
  return received === plan.totalCents && repaid === plan.repaidCents && owed === received - repaid
    ? undefined
    : `loan ${loanNumber}: ${received} paid out, ${repaid} repaid, ${owed} owed`;
};

/** A transfer left one account once and arrived on the other once. */
const checkTransfer = async (
  api: ApiClient,
  { transferId, fromAccount, toAccount, plan: { sentCents } }: SentLoan,
): Promise<string | undefined> => {
  const amounts = async (account: string, type: string): Promise<string> =>
    eventsOf(await readStream(api, 'accounts', `account-${account}`), type)
      .filter(({ data }) => data['transferId'] === transferId)
      .map(({ data }) => data['amountCents'])
      .join(' + ');
  const left = await amounts(fromAccount, 'MoneyWithdrawn');
  const arrived = await amounts(toAccount, 'MoneyDeposited');
  return left === String(sentCents) && arrived === left
    ? undefined
    : `transfer ${transferId} of ${sentCents}: ${left} left, ${arrived} arrived`;
};

const checkViews = async (api: ApiClient): Promise<string | undefined> => {
  const { status, body } = await api.get('/api/projections/order-status/audit');
  return status === 200 && body['equal'] === true
    ? undefined
    : `view order-status: ${status} ${JSON.stringify(body)}`;
};

type TrialBalance = Readonly<{ currencies: readonly Readonly<{ currency: string; sumCents: number }>[] }>;

/** The postings of the journal sum to 0 in each currency. */
const checkJournal = async (api: ApiClient): Promise<string | undefined> => {
  const { status, body } = await api.get('/api/journal/trial-balance');
  const { currencies = [] } = body as Partial<TrialBalance>;
  return status === 200 && currencies.length > 0 && currencies.every(({ sumCents }) => sumCents === 0)
    ? undefined
    : `journal: ${status} ${JSON.stringify(body)}`;
};

const idsOf = ({ customers, loans }: Sent): readonly string[] => [
  ...customers.flatMap(({ customerId, accountNumber, orders }) => [
    customerId,
    accountNumber,
    ...orders.map(({ orderId }) => orderId),
  ]),
  ...loans.flatMap(({ loanNumber, transferId }) => [loanNumber, transferId]),
];

/** Every check of `npm run audit`. Of its problems, those of this run count, and those of the journal. */
const checkAudit = async (api: ApiClient, sent: Sent): Promise<string | undefined> => {
  const ids = idsOf(sent);
  const results = await runAudit({ get: (path) => api.get(path) });
  const problems = results.flatMap(({ check, problems }) =>
    problems.filter((problem) => check === 'the journal' || ids.some((id) => problem.includes(id))),
  );
  return problems[0] && `audit: ${problems[0]}`;
};

/** Pieces that each order should have received, by product. */
const wantedOf = (orders: readonly SentOrder[]): Sold => {
  const wanted = new Map<string, Map<string, number>>();
  for (const { orderId, order, state } of orders)
    for (const { sku, quantity } of order.lines) {
      const pieces = state === 'confirmed' ? quantity : 0;
      wanted.set(sku, (wanted.get(sku) ?? new Map<string, number>()).set(orderId, pieces));
    }
  return wanted;
};

/** Reads the stream of each account, product and order, and verifies the invariants. */
export const checkInvariants = async (api: ApiClient, plan: Plan, sent: Sent): Promise<Invariants> => {
  const failures: string[] = [];
  const check = async <T>(
    items: readonly T[],
    one: (item: T) => Promise<string | undefined>,
  ): Promise<boolean> => {
    const before = failures.length;
    await forEachConcurrently(items, CONCURRENCY, async (item) => {
      const failure = await one(item);
      if (failure !== undefined) failures.push(failure);
    });
    return failures.length === before;
  };
  const orders = sent.customers.flatMap((customer) => customer.orders);
  const wanted = wantedOf(orders);
  return {
    invariants: {
      money: await check(sent.customers, (customer) => checkMoney(api, customer)),
      stock: await check(plan.products, (product) => checkStock(api, product, wanted)),
      orders: (await check(orders, (order) => checkOrder(api, order))) && orders.length === plan.orders,
      loans: await check(sent.loans, (loan) => checkLoan(api, loan)),
      transfers: await check(sent.loans, (loan) => checkTransfer(api, loan)),
      views: await check([undefined], () => checkViews(api)),
      journal: await check([undefined], () => checkJournal(api)),
      audit: await check([undefined], () => checkAudit(api, sent)),
    },
    failures,
  };
};
