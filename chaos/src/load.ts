import { setTimeout as wait } from 'node:timers/promises';
import type { Command, HistoryEntry, CommandKind, CommandHistory } from './command-history';
import { between, pick, randomFrom, weighted, type Random } from '@bankside/std/random';
import type { PlacedOrder, Population } from './population';

/** Concurrent clients; each sends one command at a time. */
const CLIENTS = 8;
const LEAST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 350;
/** Share of returns whose pieces are written off. */
const WRITTEN_OFF = 0.3;
/** Share of accepted commands that are sent again, as by a client that lost the response. */
const REPEATED = 0.08;
const BETWEEN_REPEATS_MS = 500;
/** Cancellations are for the newest orders, since older ones are paid. */
const NEWEST = 4;

const post = (kind: CommandKind, path: string, body: object, about?: Command['about']): Command => ({
  kind,
  method: 'POST',
  path,
  body,
  ...(about && { about }),
});

/** Draws the next command of a client. */
const nextCommand = (
  random: Random,
  { clients, skus, views, visitors, orders, nextNumber }: Population,
): Command => {
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
  const cancel = ({ orderId }: PlacedOrder): Command =>
    post('cancel-order', `/api/orders/${orderId}/cancellation`, { reason: 'changed-my-mind' }, { orderId });
  /** Some pieces of an order, sometimes more than are left. */
  const takeBack = ({ orderId, lines }: PlacedOrder): Command => {
    const { sku, quantity } = pick(random, lines);
    const line = { sku, quantity: between(random, 1, quantity), writeOff: random() < WRITTEN_OFF };
    return post('return-order', `/api/orders/${orderId}/returns`, { lines: [line], reason: 'damaged' });
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
    [6, () => (orders.length > 0 ? cancel(pick(random, orders.slice(-NEWEST))) : register())],
    [8, () => (orders.length > 0 ? takeBack(pick(random, orders)) : register())],
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
    // Refused, since clients have money and debt: what was blocked and closed until then is undone.
    [2, () => ({ kind: 'leave', method: 'DELETE', path: at, body: {} })],
    [1, () => post('rebuild', `/api/projections/${pick(random, views)}/rebuild`, {})],
  ])();
};

export type Load = Readonly<{
  /** Stops sending and waits for the open calls. @throws the first error of a client that is not a missing response */
  stop: () => Promise<void>;
}>;

/** Starts clients that send commands until stopped, whatever fails. The seed determines the commands. */
export const startLoad = (history: CommandHistory, world: Population, seed: number): Load => {
  const stopping = new AbortController();
  const isRunning = (): boolean => !stopping.signal.aborted;
  const pause = (ms: number): Promise<unknown> =>
    wait(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  const keep = ({ command: { kind, about }, outcome, answer }: HistoryEntry): void => {
    if (outcome !== 'accepted') return;
    if (about?.['visitor'] === true) world.visitors.push(String(answer['customerId']));
    if (kind === 'order-by-account' || kind === 'order-by-card')
      world.orders.push({
        orderId: String(answer['orderId']),
        lines: about?.['lines'] as PlacedOrder['lines'],
      });
  };
  const client = async (number: number): Promise<void> => {
    const random = randomFrom(seed * CLIENTS + number);
    while (isRunning()) {
      const entry = await history.send(nextCommand(random, world));
      keep(entry);
      if (entry.outcome === 'accepted' && random() < REPEATED) await history.repeat(entry);
      await pause(between(random, LEAST_PAUSE_MS, MOST_PAUSE_MS));
    }
  };
  /** Repeats commands with an unknown outcome. */
  const repeater = async (): Promise<void> => {
    while (isRunning()) {
      await pause(BETWEEN_REPEATS_MS);
      for (const entry of history.unknown().filter(({ unknowns }) => unknowns > 0)) {
        if (!isRunning()) return;
        keep(await history.repeat(entry));
      }
    }
  };
  let failure: Error | undefined;
  const all = [repeater(), ...Array.from({ length: CLIENTS }, (_, number) => client(number))].map((one) =>
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
