import { between, type Random } from '@bankside/std/random';
import type { HistoryEntry, CommandHistory } from './command-history';

export type Client = Readonly<{
  customerId: string;
  account: string;
  card: string;
  loan: string;
}>;

/** A customer who opens an account during the run and leaves again, with the money paid out. */
type Guest = Readonly<{ customerId: string; account: string }>;

export type PlacedOrder = Readonly<{
  orderId: string;
  lines: readonly Readonly<{ sku: string; quantity: number }>[];
}>;

/** The customers and products of a run. */
export type Population = Readonly<{
  clients: readonly Client[];
  skus: readonly string[];
  /** Names of the views, which are rebuilt during the run. */
  views: readonly string[];
  /** Customers registered during the run, to be forgotten later. */
  visitors: string[];
  /** Customers with an account who will leave. */
  guests: Guest[];
  /** Loans that were granted during the run and are paid out to an account. */
  loans: Readonly<{ loanNumber: string; account: string }>[];
  /** Orders that were placed during the run, to be cancelled or returned. */
  orders: PlacedOrder[];
  nextNumber: () => string;
}>;

const CLIENTS = 24;
const PRODUCTS = 8;
const LIMIT_CENTS = 50_000;
/** Every fourth customer has little money, so that sagas have to compensate. */
const POOR = 4;
const RICH_CENTS = 200_000;
const POOR_CENTS = 2_000;
const LOAN_CENTS = 20_000;
const STOCK = 60;
const DEAREST_CENTS = 2_000;
const CHEAPEST_CENTS = 100;

/** Unused mobile numbers. */
export const numbers = (): (() => string) => {
  let last = 0;
  return () => `+407${String((last += 1)).padStart(8, '0')}`;
};

const done = ({ command, outcome, response, status }: HistoryEntry): Readonly<Record<string, unknown>> => {
  if (outcome === 'accepted') return response;
  throw new Error(`${command.kind} returned ${status} before any fault was injected.`);
};

const post = (kind: HistoryEntry['command']['kind'], path: string, body: object) =>
  ({ kind, method: 'POST', path, body }) as const;

const client = async (history: CommandHistory, index: number, nextNumber: () => string): Promise<Client> => {
  const person = {
    name: `Client ${index}`,
    email: `client.${index}@example.com`,
    mobileNumber: nextNumber(),
  };
  const customerId = String(
    done(await history.send(post('register', '/api/customers', person)))['customerId'],
  );
  const at = `/api/customers/${customerId}`;
  const account = String(
    done(await history.send(post('open-account', `${at}/accounts`, {})))['accountNumber'],
  );
  const card = String(
    done(await history.send(post('issue-card', `${at}/cards`, { limitCents: LIMIT_CENTS })))['cardNumber'],
  );
  const loan = String(
    done(await history.send(post('grant-loan', `${at}/loans`, { totalCents: LOAN_CENTS })))['loanNumber'],
  );
  const amountCents = index % POOR === 0 ? POOR_CENTS : RICH_CENTS;
  done(await history.send(post('deposit', `/api/accounts/${account}/deposits`, { amountCents })));
  return { customerId, account, card, loan };
};

const product = async (history: CommandHistory, random: Random, index: number): Promise<string> => {
  const sku = `cd-${index}`;
  const unitPriceCents = between(random, CHEAPEST_CENTS, DEAREST_CENTS);
  done(
    await history.send(
      post('add-product', '/api/products', { sku, title: `Record ${index}`, unitPriceCents }),
    ),
  );
  done(await history.send(post('add-stock', `/api/products/${sku}/stock`, { quantity: STOCK })));
  return sku;
};

/** Creates customers and products before the first fault. */
export const createPopulation = async (
  history: CommandHistory,
  random: Random,
  views: readonly string[],
): Promise<Population> => {
  const nextNumber = numbers();
  const skus: string[] = [];
  for (let index = 1; index <= PRODUCTS; index += 1) skus.push(await product(history, random, index));
  const indexes = Array.from({ length: CLIENTS }, (_, index) => index + 1);
  const clients = await Promise.all(indexes.map((index) => client(history, index, nextNumber)));
  return { clients, skus, views, visitors: [], guests: [], loans: [], orders: [], nextNumber };
};
