import { loadOf } from '../harness/load';
import type { Effort, Found, Measurement, Side } from '../harness/measurement';
import { alternate } from '../harness/rounds';
import type { Bank, Holder } from '../parts/bank';
import { confirmations } from '../parts/confirmations';
import { stopLater } from '../parts/until-stopped';
import { startWholeSystem, type WholeSystem } from '../parts/whole-system';
import { bareTemporal } from '../rivals/bare-temporal';

/** Of an order of one line: reserve, authorize, withdraw, capture, commit, confirm. */
const STEPS = 6;
const CLIENTS = 32;
const RICH_CENTS = 100_000_000;

const PLACE_ORDER = 'place-order';
const BARE = `bare workflow of ${STEPS} activities`;
const BARE_LOCAL = 'the same with local activities';
const PAY_CARD = 'pay-card';
const CHANGE = 'change-mobile-number';

/** Sagas of each side in each round: one after the other, and as many at once as there are clients. */
const ALONE = 15;
const TOGETHER = 96;

const sideOf = (name: string, run: (turn: number) => Promise<unknown>): Side => ({
  name,
  run: async () => {
    const single = await loadOf(ALONE, 1, run);
    const many = await loadOf(TOGETHER, CLIENTS, run);
    return { throughput: many.perSecond, alone: single.p50Ms, p50: many.p50Ms, p99: many.p99Ms };
  },
});

const inTurn = async <T>(count: number, make: () => Promise<T>): Promise<readonly T[]> => {
  const made: T[] = [];
  for (let turn = 0; turn < count; turn += 1) made.push(await make());
  return made;
};

/** As many people as there are sagas at once, so that they do not wait for each other's account. */
const openAccounts = (bank: Bank): Promise<readonly Holder[]> =>
  inTurn(CLIENTS, async () => bank.account(await bank.customer(), RICH_CENTS));

const cardInUse = async (bank: Bank, { customerId }: Holder, buy: (card: string) => Promise<unknown>) => {
  const card = await bank.card(customerId, RICH_CENTS);
  await buy(card);
  return card;
};

const sagasOf = async ({ bank, addresses }: WholeSystem): Promise<readonly Side[]> => {
  const confirmed = stopLater(confirmations(addresses.services['orders']!.databaseUrl!));
  const holders = await openAccounts(bank);
  const products = await inTurn(8, () => bank.product(1_000, 1_000_000));
  const holderOf = (turn: number): Holder => holders[turn % holders.length]!;
  const cards = new Map<Holder, string>();
  for (const holder of holders) {
    const buy = async (card: string) =>
      confirmed.of(await bank.order(holder.customerId, products[0]!, { card }));
    cards.set(holder, await cardInUse(bank, holder, buy));
  }
  return [
    sideOf(PLACE_ORDER, async (turn) => {
      const { customerId, account } = holderOf(turn);
      await confirmed.of(await bank.order(customerId, products[turn % products.length]!, { account }));
    }),
    sideOf(PAY_CARD, (turn) => bank.payCard(holderOf(turn).account, cards.get(holderOf(turn))!)),
    sideOf(CHANGE, (turn) => bank.changeNumber(holderOf(turn).customerId)),
  ];
};

const measureSagas = async ({ say, rounds = 3 }: Effort): Promise<Found> => {
  const system = stopLater(await startWholeSystem());
  const rival = stopLater(await bareTemporal(system.addresses.temporalAddress));
  say('opening accounts');
  const [placeOrder, ...others] = await sagasOf(system);
  const bare = [
    sideOf(BARE, () => rival.run(STEPS, 'regular')),
    sideOf(BARE_LOCAL, () => rival.run(STEPS, 'local')),
  ];
  const found = await alternate([placeOrder!, ...bare, ...others], { rounds, say });
  return {
    rows: [
      ...found.rows('throughput', 'sagas/s'),
      ...found.rows('alone', 'ms'),
      ...found.rows('p50', 'ms'),
      ...found.rows('p99', 'ms'),
    ],
    goals: [
      {
        name: 'P3',
        what: 'place-order over the bare workflow',
        samples: found.ratio('throughput', PLACE_ORDER, BARE),
        atLeast: 0.9,
      },
      {
        name: 'P3',
        what: 'place-order over the bare workflow with local activities',
        samples: found.ratio('throughput', PLACE_ORDER, BARE_LOCAL),
      },
      {
        name: 'P3',
        what: 'POST to confirmed, one order after the other, p50',
        unit: 'ms',
        samples: found.samples(PLACE_ORDER, 'alone'),
        atMost: 150,
      },
    ],
    notes: [
      `${CLIENTS} at once for sagas/s, p50 and p99; "alone" is the p50 of one after the other.`,
      'The bare workflows do nothing and are called directly; sagas come by HTTP, and each step is a call of a service that stores it.',
    ],
  };
};

export const sagas: Measurement = {
  name: 'sagas',
  title: 'Sagas, from the call to their end, beside a bare workflow on the same Temporal server',
  run: measureSagas,
};
