import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient, ApiReply } from '@bankside/client';

export type PayWith = Readonly<{ account: string } | { card: string }>;
export type Holder = Readonly<{ customerId: string; account: string }>;

const LOOK_MS = 20;

const done = (reply: ApiReply): ApiReply => {
  if (reply.status >= 300) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`);
  return reply;
};

let people = 0;
const started = Date.now() % 1_000_000;

/** Numbers that nobody else has. */
export const mobileNumber = (): string =>
  `${String(started).padStart(6, '0')}${String((people += 1)).padStart(4, '0')}`;

/** What a day at the bank and the shop is made of, by the public API. */
export const bankOf = (api: ApiClient) => {
  const post = async (path: string, body: object = {}): Promise<ApiReply> =>
    done(await api.post(path, randomUUID(), body));
  /** Whoever waits too long for a saga is told where it is seen. */
  const ended = async (reply: ApiReply): Promise<void> => {
    if (reply.status !== 202) return;
    const path = `/api/sagas/${String(reply.body['sagaId'])}`;
    while (done(await api.get(path)).body['status'] === 'running') await wait(LOOK_MS);
  };
  const idOf = async (name: string, path: string, body: object = {}): Promise<string> =>
    String((await post(path, body)).body[name]);

  return {
    customer: (): Promise<string> =>
      idOf('customerId', '/api/customers', {
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        mobileNumber: mobileNumber(),
      }),
    account: async (customerId: string, amountCents: number): Promise<Holder> => {
      const account = await idOf('accountNumber', `/api/customers/${customerId}/accounts`);
      await post(`/api/accounts/${account}/deposits`, { amountCents });
      return { customerId, account };
    },
    card: (customerId: string, limitCents: number): Promise<string> =>
      idOf('cardNumber', `/api/customers/${customerId}/cards`, { limitCents }),
    loan: (customerId: string, amountCents: number): Promise<string> =>
      idOf('loanNumber', `/api/customers/${customerId}/loans`, { totalCents: amountCents }),
    product: async (unitPriceCents: number, quantity: number): Promise<string> => {
      const sku = `sku-${randomUUID()}`;
      await post('/api/products', { sku, title: 'Kind of Blue', unitPriceCents });
      await post(`/api/products/${sku}/stock`, { quantity });
      return sku;
    },
    order: (customerId: string, sku: string, payWith: PayWith): Promise<string> =>
      idOf('orderId', '/api/orders', { customerId, lines: [{ sku, quantity: 1 }], payWith }),
    payCard: async (fromAccount: string, cardNumber: string): Promise<void> =>
      ended(await post('/api/card-payments', { fromAccount, cardNumber, amountCents: 1 })),
    changeNumber: async (customerId: string): Promise<void> =>
      ended(await post(`/api/customers/${customerId}/mobile-number`, { newMobileNumber: mobileNumber() })),
  };
};
export type Bank = ReturnType<typeof bankOf>;
