import { between, type Random } from './random';
import type { Entry, Ledger } from './ledger';

export type Client = Readonly<{
  customerId: string;
  account: string;
  card: string;
  loan: string;
}>;

/** Who buys and what there is to buy. */
export type World = Readonly<{
  clients: readonly Client[];
  skus: readonly string[];
  /** Registered meanwhile, to be forgotten again. */
  visitors: string[];
  nextNumber: () => string;
}>;

const CLIENTS = 24;
const PRODUCTS = 8;
const LIMIT_CENTS = 50_000;
/** Every fourth has little money, so that sagas have something to undo. */
const POOR = 4;
const RICH_CENTS = 200_000;
const POOR_CENTS = 2_000;
const LOAN_CENTS = 20_000;
const STOCK = 60;
const DEAREST_CENTS = 2_000;
const CHEAPEST_CENTS = 100;

/** Mobile numbers that no one had. */
export const numbers = (): (() => string) => {
  let last = 0;
  return () => `07${String((last += 1)).padStart(8, '0')}`;
};

const done = ({ command, outcome, answer, status }: Entry): Readonly<Record<string, unknown>> => {
  if (outcome === 'accepted') return answer;
  throw new Error(`${command.kind} was answered ${status} before anything was done to the system.`);
};

const post = (kind: Entry['command']['kind'], path: string, body: object) =>
  ({ kind, method: 'POST', path, body }) as const;

const client = async (book: Ledger, index: number, nextNumber: () => string): Promise<Client> => {
  const person = {
    name: `Client ${index}`,
    email: `client.${index}@example.com`,
    mobileNumber: nextNumber(),
  };
  const customerId = String(done(await book.send(post('register', '/api/customers', person)))['customerId']);
  const at = `/api/customers/${customerId}`;
  const account = String(done(await book.send(post('open-account', `${at}/accounts`, {})))['accountNumber']);
  const card = String(
    done(await book.send(post('issue-card', `${at}/cards`, { limitCents: LIMIT_CENTS })))['cardNumber'],
  );
  const loan = String(
    done(await book.send(post('grant-loan', `${at}/loans`, { totalCents: LOAN_CENTS })))['loanNumber'],
  );
  const amountCents = index % POOR === 0 ? POOR_CENTS : RICH_CENTS;
  done(await book.send(post('deposit', `/api/accounts/${account}/deposits`, { amountCents })));
  return { customerId, account, card, loan };
};

const product = async (book: Ledger, random: Random, index: number): Promise<string> => {
  const sku = `cd-${index}`;
  const unitPriceCents = between(random, CHEAPEST_CENTS, DEAREST_CENTS);
  done(
    await book.send(post('add-product', '/api/products', { sku, title: `Record ${index}`, unitPriceCents })),
  );
  done(await book.send(post('add-stock', `/api/products/${sku}/stock`, { quantity: STOCK })));
  return sku;
};

/** Makes clients and products while all is well. */
export const makeWorld = async (book: Ledger, random: Random): Promise<World> => {
  const nextNumber = numbers();
  const skus: string[] = [];
  for (let index = 1; index <= PRODUCTS; index += 1) skus.push(await product(book, random, index));
  const indexes = Array.from({ length: CLIENTS }, (_, index) => index + 1);
  const clients = await Promise.all(indexes.map((index) => client(book, index, nextNumber)));
  return { clients, skus, visitors: [], nextNumber };
};
