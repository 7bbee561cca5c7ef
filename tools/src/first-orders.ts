import { majorUnits } from '@bankside/contracts/currencies';
import { randomInt, randomUUID } from 'node:crypto';
import { apiClient, waitForOrder, type ApiClient, type ApiReply } from '@bankside/client';

type FirstOrder = Readonly<{ orderId: string; state: string; reason?: string; tookMs: number }>;

type FirstOrders = Readonly<{
  confirmed: FirstOrder;
  /** Takes its stock first and finds too little money then, so the stock is given back. */
  compensated: FirstOrder;
}>;

export const PRICE_CENTS = 3_000;
export const DEPOSIT_CENTS = 10_000;
const STOCK = 10;
/** More than the money that is left after the first order pays for, but not more than the stock. */
const TOO_MANY = 5;

const created = (reply: ApiReply): ApiReply => {
  if (reply.status >= 300) throw new Error(`the API responded ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply;
};

const mobileNumber = (): string => `+407${String(randomInt(10 ** 8)).padStart(8, '0')}`;

/** Of a new customer, with some money in it. */
export const openAccount = async (api: ApiClient) => {
  const person = { name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber: mobileNumber() };
  const customer = created(await api.post('/api/customers', randomUUID(), person));
  const customerId = String(customer.body['customerId']);
  const account = created(await api.post(`/api/customers/${customerId}/accounts`, randomUUID()));
  const accountNumber = String(account.body['accountNumber']);
  const deposit = { amountCents: DEPOSIT_CENTS };
  created(await api.post(`/api/accounts/${accountNumber}/deposits`, randomUUID(), deposit));
  return { customerId, accountNumber };
};

/** A new product with so many pieces in stock. */
export const stockProduct = async (api: ApiClient, quantity = STOCK): Promise<string> => {
  const sku = `notebook-${randomUUID().slice(0, 8)}`;
  const product = { sku, title: 'Notebook', unitPriceCents: PRICE_CENTS };
  created(await api.post('/api/products', randomUUID(), product));
  created(await api.post(`/api/products/${sku}/stock`, randomUUID(), { quantity }));
  return sku;
};

/** Places one order that is confirmed and one that has to be undone, as any client would. Default: with a development token. */
export const placeFirstOrders = async (gatewayUrl: string, bearer?: string): Promise<FirstOrders> => {
  const api = apiClient({ gatewayUrl, ...(bearer !== undefined && { bearer }) });
  try {
    const [{ customerId, accountNumber }, sku] = await Promise.all([openAccount(api), stockProduct(api)]);
    const order = async (quantity: number): Promise<FirstOrder> => {
      const body = { customerId, lines: [{ sku, quantity }], payWith: { account: accountNumber } };
      const startedAt = Date.now();
      const placed = created(await api.post('/api/orders', randomUUID(), body));
      const orderId = String(placed.body['orderId']);
      const { state, reason } = await waitForOrder(api, orderId, placed.token);
      return { orderId, state, ...(reason !== undefined && { reason }), tookMs: Date.now() - startedAt };
    };
    return { confirmed: await order(1), compensated: await order(TOO_MANY) };
  } finally {
    await api.close();
  }
};

const euros = (cents: number): string => `${majorUnits(cents, 'EUR')} EUR`;

/** A summary of the orders for the terminal of `npm start`. */
export const describeFirstOrders = (orders: FirstOrders, temporalUiUrl: string): string => {
  const { confirmed, compensated } = orders;
  const saga = ({ orderId }: FirstOrder): string =>
    `${temporalUiUrl}/namespaces/default/workflows/${orderId}`;
  return [
    `Ada opened an account with ${euros(DEPOSIT_CENTS)} and ordered a notebook for ${euros(PRICE_CENTS)}:`,
    `  ${confirmed.state} after ${confirmed.tookMs} ms   ${saga(confirmed)}`,
    `Then ${TOO_MANY} more, for ${euros(TOO_MANY * PRICE_CENTS)}, which she does not have; the stock that was reserved is free again:`,
    `  ${compensated.state} (${compensated.reason ?? 'no reason given'}) after ${compensated.tookMs} ms   ${saga(compensated)}`,
  ].join('\n');
};
