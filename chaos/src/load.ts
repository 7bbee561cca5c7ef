import { setTimeout as wait } from 'node:timers/promises';
import type { Command, Entry, Kind, Ledger } from './ledger';
import { between, pick, randomFrom, weighted, type Random } from './random';
import type { World } from './world';

/** Clients who ask at once, each for one thing after another. */
const PLAYERS = 8;
const LEAST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 350;
/** This share of what was accepted is asked for again, as by a client who lost the answer. */
const REPEATED = 0.08;
const BETWEEN_REPEATS_MS = 500;

const VIEWS = ['customer-profile', 'order-status', 'statement', 'bank-totals', 'monthly-totals'];

const post = (kind: Kind, path: string, body: object, about?: Command['about']): Command => ({
  kind,
  method: 'POST',
  path,
  body,
  ...(about && { about }),
});

/** The next thing that somebody wants. */
const commandOf = (random: Random, { clients, skus, visitors, nextNumber }: World): Command => {
  const one = pick(random, clients);
  const cents = between(random, 100, 4_000);
  const at = `/api/customers/${one.customerId}`;
  const order = (kind: 'order-by-account' | 'order-by-card', payWith: object): Command => {
    const lines = [{ sku: pick(random, skus), quantity: between(random, 1, 3) }];
    return post(kind, '/api/orders', { customerId: one.customerId, lines, payWith }, { lines, ...payWith });
  };
  const change = (kind: 'change-number' | 'change-number-by-events'): Command => {
    const style = kind === 'change-number' ? 'orchestration' : 'choreography';
    return post(kind, `${at}/mobile-number`, { newMobileNumber: nextNumber(), style });
  };
  const [visitor] = visitors;
  const register = (): Command => {
    const person = { name: 'Visitor', email: 'visitor@example.com', mobileNumber: nextNumber() };
    return post('register', '/api/customers', person, { visitor: true });
  };
  const money = { amountCents: cents };
  return weighted<() => Command>(random, [
    [24, () => order('order-by-account', { account: one.account })],
    [14, () => order('order-by-card', { card: one.card })],
    [10, () => post('deposit', `/api/accounts/${one.account}/deposits`, money)],
    [8, () => post('withdraw', `/api/accounts/${one.account}/withdrawals`, money)],
    [
      12,
      () =>
        post('pay-card', '/api/card-payments', { fromAccount: one.account, cardNumber: one.card, ...money }),
    ],
    [6, () => change('change-number')],
    [6, () => change('change-number-by-events')],
    [
      6,
      () =>
        post('add-stock', `/api/products/${pick(random, skus)}/stock`, { quantity: between(random, 5, 15) }),
    ],
    [2, () => post('lock-loan', `/api/loans/${one.loan}/lock`, {})],
    [3, () => post('unlock-loan', `/api/loans/${one.loan}/unlock`, {})],
    [
      3,
      () => post('repay-loan', `/api/loans/${one.loan}/repayments`, { amountCents: between(random, 1, 500) }),
    ],
    [3, () => ({ kind: 'rename', method: 'PATCH', path: at, body: { name: `Client ${cents}` } })],
    [3, register],
    [2, () => (visitor ? post('forget', `/api/customers/${visitors.shift()}/forget`, {}) : register())],
    [1, () => post('rebuild', `/api/projections/${pick(random, VIEWS)}/rebuild`, {})],
  ])();
};

export type Load = Readonly<{
  /** Takes no further wishes and waits for the answers to the last. @throws what a client could not make sense of */
  stop: () => Promise<void>;
}>;

/** Clients that go on asking, whatever happens, until they are stopped. What they ask for follows from the seed. */
export const startLoad = (book: Ledger, world: World, seed: number): Load => {
  const stopping = new AbortController();
  const goesOn = (): boolean => !stopping.signal.aborted;
  const pause = (ms: number): Promise<unknown> =>
    wait(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  const note = ({ command, outcome, answer }: Entry): void => {
    if (command.about?.['visitor'] === true && outcome === 'accepted')
      world.visitors.push(String(answer['customerId']));
  };
  const player = async (number: number): Promise<void> => {
    const random = randomFrom(seed * PLAYERS + number);
    while (goesOn()) {
      const entry = await book.send(commandOf(random, world));
      note(entry);
      if (entry.outcome === 'accepted' && random() < REPEATED) await book.repeat(entry);
      await pause(between(random, LEAST_PAUSE_MS, MOST_PAUSE_MS));
    }
  };
  /** Whoever does not know asks again. */
  const repeater = async (): Promise<void> => {
    while (goesOn()) {
      await pause(BETWEEN_REPEATS_MS);
      for (const entry of book.unknown().filter(({ unknowns }) => unknowns > 0)) {
        if (!goesOn()) return;
        note(await book.repeat(entry));
      }
    }
  };
  let failure: Error | undefined;
  const all = [repeater(), ...Array.from({ length: PLAYERS }, (_, number) => player(number))].map((one) =>
    one.catch((error: Error) => {
      failure ??= error;
      stopping.abort();
    }),
  );
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(all);
      if (failure) throw failure;
    },
  };
};
