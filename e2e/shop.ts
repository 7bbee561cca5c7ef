import { readFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { actorSigner, type Actor } from '@bankside/auth';
import { createHash, randomUUID } from 'node:crypto';
import {
  waitForOrder,
  signIn,
  type ApiClient,
  type Identity,
  type OrderOutcome,
  type ApiReply,
} from '@bankside/client';
import { isKafka, type SystemAddresses } from '@bankside/tools';

export const gatewayUrl = (): string => {
  const url = process.env['BANKSIDE_E2E_GATEWAY'];
  if (url === undefined) throw new Error('The global set-up has not started the system.');
  return url;
};

/** Addresses of the system's processes, for tests that bypass the gateway. */
export const wholeSystem = (): Readonly<{ dataDir: string; addresses: SystemAddresses }> =>
  JSON.parse(process.env['BANKSIDE_E2E_SYSTEM']!) as ReturnType<typeof wholeSystem>;

/** Whether the broker is the process `redis` of the system, and not a Kafka cluster. */
export const hasOwnBroker = (): boolean => !isKafka(wholeSystem().addresses.brokerUrl);

/** Calls through the sidecar of a service, as the service itself would. */
export const throughSidecar = (service: string, path: string, init: RequestInit = {}): Promise<Response> => {
  const { daprUrl, daprApiToken } = wholeSystem().addresses.services[service]!;
  const headers = new Headers(init.headers);
  headers.set('dapr-api-token', daprApiToken);
  return fetch(`${daprUrl}/v1.0/${path}`, { ...init, headers });
};

/** Invokes an operation of another service with headers that `fetch` does not send. */
export const sendRaw = (
  from: string,
  invoked: string,
  { body, ...options }: RequestOptions & Readonly<{ body?: string }>,
): Promise<readonly [status: number | undefined, text: string]> => {
  const { daprUrl, daprApiToken } = wholeSystem().addresses.services[from]!;
  const headers = { ...options.headers, 'dapr-api-token': daprApiToken };
  return new Promise((resolve, reject) =>
    request(`${daprUrl}/v1.0/invoke/${invoked}`, { method: 'POST', ...options, headers })
      .once('response', (response) => void text(response).then((got) => resolve([response.statusCode, got])))
      .once('error', reject)
      .end(body),
  );
};

/** Signs an actor token for a service, as the gateway does. */
export const actorToken = (who: Actor, service: string): Promise<string> => {
  const secrets = JSON.parse(readFileSync(join(wholeSystem().dataDir, 'secrets.json'), 'utf8')) as Readonly<
    Record<string, string>
  >;
  return actorSigner(secrets['actor-key']!)(who, service);
};

export const signInAs = (caller: Identity): Promise<ApiClient> =>
  signIn(caller, { gatewayUrl: gatewayUrl() });

/** A bearer token of the development issuer, for tests without a client. */
export const devToken = async (caller: Identity): Promise<string> => {
  const response = await fetch(`${gatewayUrl()}/api/dev/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(caller),
  });
  return ((await response.json()) as { token: string }).token;
};

const ok = (reply: ApiReply): ApiReply => {
  if (reply.status >= 300) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`);
  return reply;
};

let numbers = 0;
/** Differs for each call and each test file, and is the same in every run, wherever the repository lies. */
export const uniqueMobileNumber = (): string => {
  const file = basename(expect.getState().testPath!);
  const hash = createHash('sha256').update(`${file} ${(numbers += 1)}`);
  return `+407${10 ** 7 + (hash.digest().readUInt32BE() % (9 * 10 ** 7))}`; // Customers of the demo have a 0 after the 7.
};

export type Buyer = Readonly<{ customerId: string; accountNumber: string; mobileNumber: string }>;

/** Operations of the bank and the shop, each with fresh ids. */
export const shop = (api: ApiClient) => {
  const key = (): string => randomUUID();
  return {
    buyer: async (cents: number): Promise<Buyer> => {
      const mobileNumber = uniqueMobileNumber();
      const person = { name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber };
      const customerId = String(ok(await api.post('/api/customers', key(), person)).body['customerId']);
      const opened = ok(await api.post(`/api/customers/${customerId}/accounts`, key(), {}));
      const accountNumber = String(opened.body['accountNumber']);
      if (cents > 0)
        ok(await api.post(`/api/accounts/${accountNumber}/deposits`, key(), { amountCents: cents }));
      return { customerId, accountNumber, mobileNumber };
    },
    product: async (unitPriceCents: number, quantity: number): Promise<string> => {
      const sku = `sku-${randomUUID()}`;
      ok(await api.post('/api/products', key(), { sku, title: 'Kind of Blue', unitPriceCents }));
      if (quantity > 0) ok(await api.post(`/api/products/${sku}/stock`, key(), { quantity }));
      return sku;
    },
    order: async ({ customerId, accountNumber }: Buyer, sku: string, quantity: number) => {
      const body = { customerId, lines: [{ sku, quantity }], payWith: { account: accountNumber } };
      const placed = ok(await api.post('/api/orders', key(), body));
      const orderId = String(placed.body['orderId']);
      const ended: OrderOutcome = await waitForOrder(api, orderId, placed.token);
      return { orderId, ...ended };
    },
  };
};

/** States as read from the owners' streams, not from views. */
export const truth = (operator: ApiClient) => {
  const state = async (service: string, stream: string): Promise<Readonly<Record<string, unknown>>> =>
    ok(await operator.get(`/api/streams/${service}/${stream}`)).body['state'] as Readonly<
      Record<string, unknown>
    >;
  return {
    balance: async ({ accountNumber }: Buyer): Promise<unknown> =>
      (await state('accounts', `account-${accountNumber}`))['balanceCents'],
    stock: async (sku: string) => {
      const { onHand, reserved } = await state('inventory', `product-${sku}`);
      return { onHand, reserved };
    },
    order: async (orderId: string) => (await state('orders', `order-${orderId}`))['status'],
    payment: async (orderId: string) => (await state('payments', `payment-${orderId}`))['status'],
  };
};
