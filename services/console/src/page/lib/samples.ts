import type { Api } from './api';
import { newKey } from './new-key';

/** Names for sample customers: historical persons. */
const NAMES = [
  'Ada Lovelace',
  'Alan Turing',
  'Grace Hopper',
  'Edsger Dijkstra',
  'Emmy Noether',
  'Mary Somerville',
  'Blaise Pascal',
  'George Boole',
];

const PRODUCTS = [
  { sku: 'kind-of-blue', title: 'Kind of Blue, LP', unitPriceCents: 2_499 },
  { sku: 'fountain-pen', title: 'Fountain pen', unitPriceCents: 4_900 },
  { sku: 'espresso-pot', title: 'Espresso pot', unitPriceCents: 3_250 },
  { sku: 'reading-lamp', title: 'Reading lamp', unitPriceCents: 8_900 },
  { sku: 'notebook-a5', title: 'Notebook A5', unitPriceCents: 690 },
  { sku: 'night-train', title: 'Night train to Vienna', unitPriceCents: 79_900 },
] as const;
const STOCK = 25;

const DEPOSIT_CENTS = 100_000;
const CARD_LIMIT_CENTS = 200_000;
const LOAN_CENTS = 500_000;

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!;
const digits = (count: number): string =>
  [...crypto.getRandomValues(new Uint8Array(count))].map((one) => String(one % 10)).join('');

/** Sample products. A repeat adds none twice, because their keys are derived from them. */
export const addSampleProducts = async (api: Api): Promise<void> => {
  await Promise.all(
    PRODUCTS.map(async (product) => {
      await api.change('POST', '/api/products', `sample-product-${product.sku}`, product).catch(() => {});
      await api.change('POST', `/api/products/${product.sku}/stock`, `sample-stock-${product.sku}`, {
        quantity: STOCK,
      });
    }),
  );
};

/** Creates a customer with one holding of each kind, and products. `teller` makes the calls. */
export const sampleCustomer = async (
  teller: Api,
): Promise<Readonly<{ customerId: string; name: string }>> => {
  const name = pick(NAMES);
  const email = `${name.split(' ')[0]!.toLowerCase()}@example.com`;
  const person = { name, email, mobileNumber: `+407${digits(8)}` };
  const [{ customerId }] = await Promise.all([
    teller.change<Readonly<{ customerId: string }>>('POST', '/api/customers', newKey(), person),
    addSampleProducts(teller),
  ]);
  const at = `/api/customers/${customerId}`;
  const opened = teller.change<Readonly<{ accountNumber: string }>>('POST', `${at}/accounts`, newKey(), {});
  await Promise.all([
    opened.then(({ accountNumber }) =>
      teller.change('POST', `/api/accounts/${accountNumber}/deposits`, newKey(), {
        amountCents: DEPOSIT_CENTS,
      }),
    ),
    teller.change('POST', `${at}/cards`, newKey(), { limitCents: CARD_LIMIT_CENTS }),
    teller.change('POST', `${at}/loans`, newKey(), { totalCents: LOAN_CENTS }),
  ]);
  return { customerId, name };
};
