import { randomUUID } from 'node:crypto';
import { owners, type Owner } from '@bankside/contracts';
import { startBacking, startServices } from '@bankside/tools';
import { loadFor } from '../harness/load';
import type { RunOptions, Results, Measurement, Subject } from '../harness/measurement';
import { alternate } from '../harness/rounds';
import { mobileNumber } from '../fixtures/bank';
import { httpClient, type HttpClient } from '../fixtures/http';
import { stopAtEnd } from '../fixtures/until-stopped';

const CLIENTS = 64;
const ROUND_MS = 2_000;
const RICH_CENTS = 1_000_000_000;

type Services = Readonly<Record<Owner, HttpClient>>;

/** Aggregates of one client, so that clients do not conflict with each other. */
type Holding = Readonly<{ customerId: string; account: string; card: string; loan: string; sku: string }>;

const made = async (client: HttpClient, path: string, body: object, name: string): Promise<string> => {
  const response = JSON.parse(await client.post(path, randomUUID(), body)) as Readonly<
    Record<string, string>
  >;
  return response[name]!;
};

const registration = () => ({
  customerId: randomUUID(),
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  mobileNumber: mobileNumber(),
});

const holding = async (services: Services): Promise<Holding> => {
  const customerId = await made(services.customers, '/customers', registration(), 'customerId');
  const account = await made(services.accounts, '/accounts', { customerId }, 'accountNumber');
  const card = await made(services.cards, '/cards', { customerId, limitCents: RICH_CENTS }, 'cardNumber');
  const loan = await made(services.loans, '/loans', { customerId, totalCents: RICH_CENTS }, 'loanNumber');
  const product = { sku: randomUUID(), title: 'Kind of Blue', unitPriceCents: 1_000 };
  const sku = await made(services.inventory, '/products', product, 'sku');
  return { customerId, account, card, loan, sku };
};

type Command = Readonly<{ path: string; body: object }>;
type Measured = Readonly<{ verb: string; commandOf: (mine: Holding) => Command }>;

const deposit = ({ account }: Holding): Command => ({
  path: `/accounts/${account}/deposits`,
  body: { amountCents: 100 },
});
const SPREAD = 'accounts: deposit';
const HOT = 'accounts: deposit, all on one account';

/** The most frequent command of each service, or one of the same cost. */
const COMMANDS: Readonly<Partial<Record<Owner, Measured>>> = {
  customers: { verb: 'register', commandOf: () => ({ path: '/customers', body: registration() }) },
  accounts: {
    verb: 'deposit',
    commandOf: deposit,
  },
  cards: {
    verb: 'charge',
    commandOf: ({ card }) => ({ path: `/cards/${card}/charges`, body: { amountCents: 1 } }),
  },
  loans: {
    verb: 'repay',
    commandOf: ({ loan }) => ({ path: `/loans/${loan}/repayments`, body: { amountCents: 1 } }),
  },
  orders: {
    verb: 'place',
    commandOf: ({ customerId, sku, account }) => ({
      path: '/orders',
      body: { orderId: randomUUID(), customerId, lines: [{ sku, quantity: 1 }], payWith: { account } },
    }),
  },
  payments: {
    verb: 'request',
    commandOf: ({ customerId, account }) => ({
      path: '/payments',
      body: { orderId: randomUUID(), customerId, amountCents: 1_000, currency: 'EUR', payWith: { account } },
    }),
  },
  inventory: {
    verb: 'restock',
    commandOf: ({ sku }) => ({ path: `/products/${sku}/stock`, body: { quantity: 1 } }),
  },
};

const measureCommands = async ({ log, rounds = 3 }: RunOptions): Promise<Results> => {
  const backing = stopAtEnd(await startBacking({ postgres: true }));
  Object.assign(process.env, backing.env);
  const running = stopAtEnd(await startServices(owners));
  const services = Object.fromEntries(
    owners.map((name) => [name, stopAtEnd(httpClient(running.url(name)))]),
  ) as Services;
  log('opening accounts');
  const holdings = await Promise.all(Array.from({ length: CLIENTS }, () => holding(services)));
  const measured = Object.entries(COMMANDS) as readonly (readonly [Owner, Measured])[];
  const subjectOf = (name: string, owner: Owner, commandOf: (client: number) => Command): Subject => ({
    name,
    run: async () => {
      const { perSecond, p50Ms, p99Ms } = await loadFor(ROUND_MS, CLIENTS, (client) => {
        const { path, body } = commandOf(client);
        return services[owner].post(path, randomUUID(), body);
      });
      return { commands: perSecond, p50: p50Ms, p99: p99Ms };
    },
  });
  const subjects = measured.map(([owner, { verb, commandOf }]) =>
    subjectOf(`${owner}: ${verb}`, owner, (client) => commandOf(holdings[client]!)),
  );
  const results = await alternate([...subjects, subjectOf(HOT, 'accounts', () => deposit(holdings[0]!))], {
    rounds,
    log,
  });
  return {
    rows: [...results.rows('commands', '/s'), ...results.rows('p50', 'ms'), ...results.rows('p99', 'ms')],
    goals: [
      {
        name: 'P8',
        what: `deposits by ${CLIENTS} clients on one account over one account each`,
        samples: results.ratio('commands', HOT, SPREAD),
        atLeast: 0.7,
      },
    ],
    notes: [
      'Called over HTTP past gateway and sidecar; the service appends through its sidecar and publishes, and consumers follow.',
    ],
  };
};

export const commands: Measurement = {
  name: 'commands',
  title: `Commands of each service, ${CLIENTS} clients`,
  run: measureCommands,
};
