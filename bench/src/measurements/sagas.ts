import { loadFor } from '../harness/load';
import type { Measurement, Results, Rounds, Row, RunOptions, Subject } from '../harness/measurement';
import { alternate } from '../harness/rounds';
import type { Bank, Holder, PayWith } from '../fixtures/bank';
import { confirmations } from '../fixtures/confirmations';
import { stopAtEnd } from '../fixtures/until-stopped';
import { byPart, cpuDuring, partFigures, systemUsage } from '../fixtures/usage';
import { startWholeSystem, type WholeSystem } from '../fixtures/whole-system';
import { bareTemporal } from '../baselines/bare-temporal';

/** Steps of an order with one line: reserve, authorize, withdraw, capture, commit, confirm. */
const STEPS = 6;
const CLIENTS = 20;
const RICH_CENTS = 100_000_000;
const PRODUCTS = 8;
/** Pieces of the orders that are returned one by one: as many as an order takes returns. */
const PIECES = 100;

const PLACE_ORDER = 'place-order';
const BARE = `bare workflow of ${STEPS} activities`;
const BARE_LOCAL = 'the same with local activities';
const CANCEL = 'an order that is cancelled at once';
const RETURN = 'return-order';
const PAY_CARD = 'pay-card';
const TRANSFER = 'transfer-money';
const PAY_OUT = 'pay-out-loan';
const REPAY = 'repay-loan';
const CHANGE = 'change-mobile-number';

/** Each round runs sagas one at a time first, then `CLIENTS` concurrently. */
const ALONE_MS = 2_000;
const TOGETHER_MS = 6_000;

const CPU = 'CPU time';

const subjectOf = (
  system: WholeSystem,
  name: string,
  run: (client: number) => Promise<unknown>,
): Subject => ({
  name,
  run: async () => {
    const single = await loadFor(ALONE_MS, 1, run);
    const { result: many, cpu } = await cpuDuring(system, () => loadFor(TOGETHER_MS, CLIENTS, run));
    return {
      throughput: many.perSecond,
      alone: single.p50Ms,
      p50: many.p50Ms,
      p99: many.p99Ms,
      ...partFigures(CPU, cpu, many.done),
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

const sagasOf = async (system: WholeSystem): Promise<readonly Subject[]> => {
  const { bank, addresses } = system;
  const confirmed = stopAtEnd(await confirmations(addresses.services['orders']!.ownerDatabaseUrl!));
  const paidOut = stopAtEnd(await confirmations(addresses.services['loans']!.ownerDatabaseUrl!));
  const holders = await openAccounts(bank);
  const products = await inTurn(PRODUCTS, () => bank.product(1_000, 1_000_000));
  const order = async (customerId: string, product: number, payWith: PayWith): Promise<void> =>
    confirmed.of(await bank.order(customerId, products[product % PRODUCTS]!, payWith));
  /** For each client the order whose pieces it returns, with the returns so far; a new one when no piece is left. */
  const bought = new Map<number, { orderId: string; returns: number }>();
  const takeBack = async (client: number): Promise<void> => {
    const sku = products[client % PRODUCTS]!;
    const { customerId, account } = holders[client]!;
    let order = bought.get(client);
    if (order === undefined || order.returns === PIECES) {
      order = { orderId: await bank.order(customerId, sku, { account }, PIECES), returns: 0 };
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
  const rival = stopAtEnd(await bareTemporal(system.addresses.temporalAddress));
  log('opening accounts');
  const [placeOrder, ...others] = await sagasOf(system);
  const bare = [
    subjectOf(system, BARE, () => rival.run(STEPS, 'regular')),
    subjectOf(system, BARE_LOCAL, () => rival.run(STEPS, 'local')),
  ];
  const results = await alternate([placeOrder!, ...bare, ...others], { rounds, log });
  return {
    rows: [
      ...results.rows('throughput', 'sagas/s'),
      ...results.rows('alone', 'ms'),
      ...results.rows('p50', 'ms'),
      ...results.rows('p99', 'ms'),
      ...results.rows(`${CPU} total`, 'ms a saga'),
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
      `${CLIENTS} at once for sagas/s, p50 and p99; "alone" is the p50 of one after the other.`,
      `The orders of ${CANCEL} end cancelled or confirmed, whichever wins.`,
      'CPU time from /proc, of all programs of the system. The worker of the bare workflows is in the benchmark, so theirs is that of the server only.',
      'The bare workflows do nothing and are started directly; sagas are started over HTTP, and each step calls a service that appends an event.',
    ],
  };
};

export const sagas: Measurement = {
  name: 'sagas',
  title: 'Sagas from the call to their end, compared with a bare workflow on the same Temporal server',
  run: measureSagas,
};
