import { invoker } from '@bankside/dapr';
import { loadFor } from '../harness/load';
import type { Measurement, Results, Rounds, Row, RunOptions, Subject } from '../harness/measurement';
import { alternate } from '../harness/rounds';
import type { Bank, Holder, PayWith } from '../fixtures/bank';
import { confirmations } from '../fixtures/confirmations';
import { ordersOfOtherSagas } from '../fixtures/orders-of-other-sagas';
import { stopAtEnd } from '../fixtures/until-stopped';
import { byPart, cpuDuring, partFigures, systemUsage, untilAtRest } from '../fixtures/usage';
import { startWholeSystem, type WholeSystem } from '../fixtures/whole-system';
import { bareTemporal } from '../baselines/bare-temporal';
import { startDbos } from '../baselines/dbos';

/** Steps of an order with one line: reserve, authorize, withdraw, capture, commit, confirm. */
const STEPS = 6;
const CLIENTS = 20;
const RICH_CENTS = 100_000_000;
const PRODUCTS = 8;
const PRICE_CENTS = 1_000;
/** Pieces of the orders that are returned one by one: as many as an order takes returns. */
const PIECES = 100;

const PLACE_ORDER = 'place-order';
const BARE = `bare workflow of ${STEPS} activities`;
const BARE_LOCAL = 'the same with local activities';
const BARE_DBOS = `bare DBOS workflow of ${STEPS} steps`;
const DBOS_PLACE_ORDER = 'place-order as a DBOS workflow';
const CANCEL = 'an order that is cancelled at once';
const RETURN = 'return-order';
const PAY_CARD = 'pay-card';
const TRANSFER = 'transfer-money';
const PAY_OUT = 'pay-out-loan';
const REPAY = 'repay-loan';
const CHANGE = 'change-mobile-number';

/** Each round runs sagas one at a time first, then `CLIENTS` concurrently. */
const ALONE_MS = 4_000;
const TOGETHER_MS = 6_000;
/** Of each subject: some 100 to 200 sagas. A system that has just started takes half as much CPU time again for an order. */
const WARM_UP_MS = 15_000;

const CPU = 'CPU time';
/** With that of the benchmark, which is the client of every subject and the worker of the rivals. */
const CPU_WITH_BENCHMARK = `${CPU} with the benchmark's`;

type Run = (client: number) => Promise<unknown>;

/** `prepare` runs before each round and is not measured. */
const subjectOf = (
  system: WholeSystem,
  name: string,
  run: Run,
  prepare: () => Promise<void> = () => Promise.resolve(),
): Subject => ({
  name,
  warmUp: async () => {
    await prepare();
    await loadFor(WARM_UP_MS, CLIENTS, run);
  },
  run: async () => {
    await prepare();
    await untilAtRest(system); // What the previous subject left, such as views that follow, is no part of "alone".
    const single = await loadFor(ALONE_MS, 1, run);
    const during = await cpuDuring(system, () => loadFor(TOGETHER_MS, CLIENTS, run));
    const { result: many, cpu, ownMs } = during;
    return {
      throughput: many.perSecond,
      alone: single.p50Ms,
      p50: many.p50Ms,
      p99: many.p99Ms,
      ...partFigures(CPU, cpu, many.done),
      [CPU_WITH_BENCHMARK]: (cpu.get('total')! + ownMs) / many.done,
    };
  },
});

/** The CPU time of an order by part of the system: one row for each part that uses any. */
const partsOf = (results: Rounds, parts: readonly string[]): readonly Row[] =>
  parts.map((part) => ({
    subject: part,
    figure: `CPU time of one ${PLACE_ORDER}`,
    unit: 'ms',
    samples: results.samples(PLACE_ORDER, `${CPU} ${part}`),
  }));

const inTurn = async <T>(count: number, make: () => Promise<T>): Promise<readonly T[]> => {
  const made: T[] = [];
  for (let turn = 0; turn < count; turn += 1) made.push(await make());
  return made;
};

/** One customer per client, so that sagas do not contend for an account. */
const openAccounts = (bank: Bank): Promise<readonly Holder[]> =>
  inTurn(CLIENTS, async () => bank.account(await bank.customer(), RICH_CENTS));

type Shop = Readonly<{
  confirmed: Awaited<ReturnType<typeof confirmations>>;
  holders: readonly Holder[];
  products: readonly string[];
}>;

const openShop = async ({ bank, addresses }: WholeSystem): Promise<Shop> => ({
  confirmed: stopAtEnd(await confirmations(addresses.services['orders']!.ownerDatabaseUrl!)),
  holders: await openAccounts(bank),
  products: await inTurn(PRODUCTS, () => bank.product(PRICE_CENTS, 1_000_000)),
});

const rivalsOf = async (system: WholeSystem, { confirmed, holders, products }: Shop) => {
  const { bank, addresses } = system;
  const temporal = stopAtEnd(await bareTemporal(addresses.temporalAddress));
  const { daprUrl, daprApiToken } = addresses.services['worker']!;
  const { invoke, close } = invoker({ sidecarUrl: daprUrl, apiToken: daprApiToken });
  stopAtEnd({ stop: close });
  const dbos = stopAtEnd(await startDbos({ postgresUrl: addresses.postgresUrl, invoke }));
  const orders = ordersOfOtherSagas({
    bank,
    takeWorkflowId: (id) => temporal.run(0, 'regular', id),
  });
  const placeOrder = async (client: number): Promise<void> => {
    const product = { sku: products[client % PRODUCTS]!, unitPriceCents: PRICE_CENTS };
    const order = await orders.place(holders[client]!, product);
    await dbos.startPlaceOrder(order);
    await confirmed.of(order.orderId);
  };
  return [
    subjectOf(system, BARE, () => temporal.run(STEPS, 'regular')),
    subjectOf(system, BARE_LOCAL, () => temporal.run(STEPS, 'local')),
    subjectOf(system, BARE_DBOS, () => dbos.bare(STEPS)),
    subjectOf(system, DBOS_PLACE_ORDER, placeOrder, orders.prepare),
  ];
};

const sagasOf = async (
  system: WholeSystem,
  { confirmed, holders, products }: Shop,
): Promise<readonly Subject[]> => {
  const { bank, addresses } = system;
  const paidOut = stopAtEnd(await confirmations(addresses.services['loans']!.ownerDatabaseUrl!));
  const order = async (customerId: string, product: number, payWith: PayWith): Promise<void> =>
    confirmed.of(await bank.order(customerId, products[product % PRODUCTS]!, payWith));
  /** For each client the order whose pieces it returns, with the returns so far; a new one when no piece is left. */
  const bought = new Map<number, { orderId: string; returns: number }>();
  const takeBack = async (client: number): Promise<void> => {
    const sku = products[client % PRODUCTS]!;
    const { customerId, account } = holders[client]!;
    let order = bought.get(client);
    if (order === undefined || order.returns === PIECES) {
      order = { orderId: await bank.order(customerId, sku, { account }, { quantity: PIECES }), returns: 0 };
      await confirmed.of(order.orderId);
      bought.set(client, order);
    }
    order.returns += 1;
    await bank.takeBack(order.orderId, sku);
    await confirmed.ofReturn(order.orderId, order.returns);
  };
  const loans: string[] = [];
  const cards: string[] = [];
  for (const { customerId } of holders) {
    const card = await bank.card(customerId, RICH_CENTS);
    await order(customerId, 0, { card }); // Creates a debt to pay.
    cards.push(card);
    loans.push(await bank.loan(customerId, RICH_CENTS));
  }
  return [
    subjectOf(system, PLACE_ORDER, (client) => {
      const { customerId, account } = holders[client]!;
      return order(customerId, client, { account });
    }),
    subjectOf(system, CANCEL, async (client) => {
      const { customerId, account } = holders[client]!;
      await bank.cancel(await bank.order(customerId, products[client % PRODUCTS]!, { account }));
    }),
    subjectOf(system, RETURN, (client) => takeBack(client)),
    subjectOf(system, PAY_CARD, (client) => bank.payCard(holders[client]!.account, cards[client]!)),
    subjectOf(system, TRANSFER, (client) =>
      bank.transfer(holders[client]!.account, holders[(client + 1) % CLIENTS]!.account),
    ),
    subjectOf(system, PAY_OUT, async (client) => {
      const { customerId, account } = holders[client]!;
      await paidOut.ofLoan(await bank.payOut(customerId, account));
    }),
    subjectOf(system, REPAY, (client) => bank.repayLoan(holders[client]!.account, loans[client]!)),
    subjectOf(system, CHANGE, (client) => bank.changeNumber(holders[client]!.customerId)),
  ];
};

const measureSagas = async ({ log, rounds = 3 }: RunOptions): Promise<Results> => {
  const system = stopAtEnd(await startWholeSystem());
  log('opening accounts');
  const shop = await openShop(system);
  const [placeOrder, ...others] = await sagasOf(system, shop);
  const rivals = await rivalsOf(system, shop);
  const results = await alternate([placeOrder!, ...rivals, ...others], { rounds, log });
  return {
    rows: [
      ...results.rows('throughput', 'sagas/s'),
      ...results.rows('alone', 'ms'),
      ...results.rows('p50', 'ms'),
      ...results.rows('p99', 'ms'),
      ...results.rows(`${CPU} total`, 'ms a saga'),
      ...results.rows(CPU_WITH_BENCHMARK, 'ms a saga'),
      ...partsOf(results, [...byPart(systemUsage(system), ({ cpuMs }) => cpuMs).keys()]),
    ],
    goals: [
      {
        name: 'P3',
        what: 'place-order over the bare workflow',
        samples: results.ratio('throughput', PLACE_ORDER, BARE),
        atLeast: 0.9,
      },
      {
        name: 'P3',
        what: 'place-order over the bare workflow with local activities',
        samples: results.ratio('throughput', PLACE_ORDER, BARE_LOCAL),
      },
      {
        name: 'P3',
        what: 'place-order over the bare DBOS workflow',
        samples: results.ratio('throughput', PLACE_ORDER, BARE_DBOS),
      },
      {
        name: 'P3',
        what: 'place-order over the same as a DBOS workflow',
        samples: results.ratio('throughput', PLACE_ORDER, DBOS_PLACE_ORDER),
      },
      {
        name: 'P3',
        what: "CPU time of an order over that of the DBOS workflow, both with the benchmark's",
        samples: results.ratio(CPU_WITH_BENCHMARK, PLACE_ORDER, DBOS_PLACE_ORDER),
      },
      {
        name: 'P3',
        what: 'one order after the other, p50, over the DBOS workflow',
        samples: results.ratio('alone', PLACE_ORDER, DBOS_PLACE_ORDER),
      },
      {
        name: 'P3',
        what: 'CPU time of an order, whole system',
        unit: 'ms',
        samples: results.samples(PLACE_ORDER, `${CPU} total`),
        atMost: 180,
      },
      {
        name: 'P3',
        what: 'POST to confirmed, one order after the other, p50',
        unit: 'ms',
        samples: results.samples(PLACE_ORDER, 'alone'),
        atMost: 150,
      },
    ],
    notes: [
      `${CLIENTS} at once for sagas/s, p50 and p99; "alone" is the p50 of one after the other, once the system is at rest.`,
      `The orders of ${CANCEL} end cancelled or confirmed, whichever wins.`,
      `Each subject runs ${WARM_UP_MS / 1_000} s with ${CLIENTS} clients before the first round.`,
      "CPU time from /proc, of all programs of the system; with the benchmark's, the clients and the workers of the rivals count too.",
      'The bare workflows do nothing and are started directly; sagas are started over HTTP, and each step calls a service that appends an event.',
      `${DBOS_PLACE_ORDER}: the same requests under the same keys, in the benchmark through the sidecar of the worker, on a database of its own with fsync. The response to the POST starts it, not the event, which the worker receives as always: Temporal rejects the start, since the id was taken before the round.`,
    ],
  };
};

export const sagas: Measurement = {
  name: 'sagas',
  title:
    'Sagas from the call to their end, compared with a bare workflow on the same Temporal server, and with DBOS on the same PostgreSQL',
  run: measureSagas,
};
