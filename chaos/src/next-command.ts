import { between, pick, weighted, type Random } from '@bankside/std/random';
import type { Command, CommandKind, HistoryEntry } from './command-history';
import type { Client, PlacedOrder, Population } from './population';

/** Share of returns whose pieces are written off. */
const WRITTEN_OFF = 0.3;
/** Cancellations are for the newest orders, since older ones are paid. */
const NEWEST = 4;
/** Clients whose accounts are frozen at times. */
const FROZEN = 3;
/** Share of transfers from a customer who is about to leave, with what others have sent. */
const FROM_GUEST = 0.15;
/** Shares of transfers to accounts that may be frozen, to a customer who is about to leave, and to the account that pays. */
const TO_FROZEN = 0.3;
const TO_GUEST = 0.2;
const TO_SELF = 0.05;
const CASH_DESKS = ['main', 'north', 'south'] as const;

const post = (kind: CommandKind, path: string, body: object, about?: Command['about']): Command => ({
  kind,
  method: 'POST',
  path,
  body,
  ...(about && { about }),
});

/** Accounts that a transfer may go to: mostly those of other clients. */
const recipientOf = (random: Random, from: string, { clients, guests }: Population): string => {
  if (random() < TO_SELF) return from;
  if (random() < TO_FROZEN) return pick(random, clients.slice(-FROZEN)).account;
  if (guests.length > 0 && random() < TO_GUEST) return pick(random, guests).account;
  return pick(
    random,
    clients.filter(({ account }) => account !== from),
  ).account;
};

type Weighted = readonly (readonly [weight: number, command: () => Command])[];

const moneyCommands = (random: Random, one: Client, world: Population): Weighted => {
  const amountCents = between(random, 100, 4_000);
  const inCash = { amountCents, cashDesk: pick(random, CASH_DESKS) };
  const frozen = pick(random, world.clients.slice(-FROZEN)).account;
  const [loan] = world.loans.length > 0 ? [pick(random, world.loans)] : [];
  const repayment = loan
    ? { fromAccount: loan.account, loanNumber: loan.loanNumber }
    : { fromAccount: one.account, loanNumber: one.loan };
  const fromAccount = one.account;
  return [
    [10, () => post('deposit', `/api/accounts/${one.account}/deposits`, inCash)],
    [8, () => post('withdraw', `/api/accounts/${one.account}/withdrawals`, inCash)],
    [
      16,
      () => {
        const { guests } = world;
        const from = guests.length > 0 && random() < FROM_GUEST ? pick(random, guests).account : fromAccount;
        const toAccount = recipientOf(random, from, world);
        return post('transfer', '/api/transfers', {
          fromAccount: from,
          toAccount,
          amountCents,
          purpose: 'Rent',
        });
      },
    ],
    [12, () => post('pay-card', '/api/card-payments', { fromAccount, cardNumber: one.card, amountCents })],
    [
      4,
      () =>
        post(
          'grant-loan',
          `/api/customers/${one.customerId}/loans`,
          { totalCents: amountCents, payOutTo: one.account },
          { borrower: one.account },
        ),
    ],
    [
      8,
      () =>
        post('repay-loan-from-account', '/api/loan-repayments', {
          ...repayment,
          amountCents: between(random, 50, 1_200),
        }),
    ],
    [
      3,
      () =>
        post('repay-loan', `/api/loans/${one.loan}/repayments`, {
          ...inCash,
          amountCents: between(random, 1, 500),
        }),
    ],
    [3, () => post('freeze-account', `/api/accounts/${frozen}/freeze`, {})],
    [5, () => post('unfreeze-account', `/api/accounts/${frozen}/unfreeze`, {})],
  ];
};

const orderCommands = (random: Random, one: Client, world: Population): Weighted => {
  const { skus, orders } = world;
  const order = (kind: 'order-by-account' | 'order-by-card', payWith: object): Command => {
    const lines = [{ sku: pick(random, skus), quantity: between(random, 1, 3) }];
    return post(kind, '/api/orders', { customerId: one.customerId, lines, payWith }, { lines, ...payWith });
  };
  const cancel = ({ orderId }: PlacedOrder): Command =>
    post('cancel-order', `/api/orders/${orderId}/cancellation`, { reason: 'changed-my-mind' }, { orderId });
  /** Some pieces of an order, sometimes more than are left. */
  const takeBack = ({ orderId, lines }: PlacedOrder): Command => {
    const { sku, quantity } = pick(random, lines);
    const line = { sku, quantity: between(random, 1, quantity), writeOff: random() < WRITTEN_OFF };
    return post('return-order', `/api/orders/${orderId}/returns`, { lines: [line], reason: 'damaged' });
  };
  const byAccount = (): Command => order('order-by-account', { account: one.account });
  return [
    [24, byAccount],
    [14, () => order('order-by-card', { card: one.card })],
    [6, () => (orders.length > 0 ? cancel(pick(random, orders.slice(-NEWEST))) : byAccount())],
    [8, () => (orders.length > 0 ? takeBack(pick(random, orders)) : byAccount())],
    [
      6,
      () =>
        post('add-stock', `/api/products/${pick(random, skus)}/stock`, { quantity: between(random, 5, 15) }),
    ],
  ];
};

const customerCommands = (random: Random, one: Client, world: Population): Weighted => {
  const { visitors, guests, views, nextNumber } = world;
  const at = `/api/customers/${one.customerId}`;
  const change = (kind: 'change-number' | 'change-number-by-events'): Command => {
    const style = kind === 'change-number' ? 'orchestration' : 'choreography';
    return post(kind, `${at}/mobile-number`, { newMobileNumber: nextNumber(), style });
  };
  const register = (): Command => {
    const person = { name: 'Visitor', email: 'visitor@example.com', mobileNumber: nextNumber() };
    return post('register', '/api/customers', person, { visitor: true });
  };
  const withVisitor = (command: (customerId: string) => Command) => (): Command => {
    const visitor = visitors.shift();
    return visitor === undefined ? register() : command(visitor);
  };
  const leave = (customerId: string, body: object): Command => ({
    kind: 'leave',
    method: 'DELETE',
    path: `/api/customers/${customerId}`,
    body,
  });
  return [
    [6, () => change('change-number')],
    [6, () => change('change-number-by-events')],
    [2, () => post('lock-loan', `/api/loans/${one.loan}/lock`, {})],
    [3, () => post('unlock-loan', `/api/loans/${one.loan}/unlock`, {})],
    [
      3,
      () => ({
        kind: 'rename',
        method: 'PATCH',
        path: at,
        body: { name: `Client ${between(random, 1, 9_999)}` },
      }),
    ],
    [4, register],
    [2, withVisitor((id) => post('forget', `/api/customers/${id}/forget`, {}))],
    [3, withVisitor((id) => post('open-account', `/api/customers/${id}/accounts`, {}, { guest: id }))],
    [
      2,
      () => {
        const guest = guests.shift();
        return guest === undefined ? register() : leave(guest.customerId, { force: true, reason: 'moved' });
      },
    ],
    // Rejected, since clients have money and debt: what was blocked and closed until then is undone.
    [2, () => leave(one.customerId, {})],
    [1, () => post('rebuild', `/api/projections/${pick(random, views)}/rebuild`, {})],
  ];
};

/** Draws the next command of a client. */
export const nextCommand = (random: Random, world: Population): Command => {
  const one = pick(random, world.clients);
  return weighted<() => Command>(random, [
    ...moneyCommands(random, one, world),
    ...orderCommands(random, one, world),
    ...customerCommands(random, one, world),
  ])();
};

type Memorable = Readonly<{
  visitor?: true;
  guest?: string;
  borrower?: string;
  lines?: PlacedOrder['lines'];
}>;

/** Remembers what a later command may be about. */
export const remember = (world: Population, { command, outcome, response }: HistoryEntry): void => {
  if (outcome !== 'accepted') return;
  const { visitor, guest, borrower, lines } = (command.about ?? {}) as Memorable;
  const id = (name: string): string => String(response[name]);
  if (visitor) world.visitors.push(id('customerId'));
  if (guest) world.guests.push({ customerId: guest, account: id('accountNumber') });
  if (borrower) world.loans.push({ loanNumber: id('loanNumber'), account: borrower });
  if (lines) world.orders.push({ orderId: id('orderId'), lines });
};
