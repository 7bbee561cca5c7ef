import { setTimeout as wait } from 'node:timers/promises';
import { NoUsableResponse, type ApiClient, type ApiReply } from '@bankside/client';
import { between, pick, randomFrom, weighted, type Random } from '@bankside/std/random';
import type { CommandHistory, HistoryEntry } from './command-history';
import type { MoneyRead } from './histories/money-reads';
import type { Observation } from './histories/observation';
import type { OrderRead } from './histories/order-states';
import type { PastRead } from './histories/time-travel';
import type { Client, Population } from './population';

const OBSERVERS = 4;
const LEAST_PAUSE_MS = 20;
const MOST_PAUSE_MS = 120;
const MOST_CENTS = 500;
/** Share of accepted writes that are sent again. */
const REPEATED = 0.2;
/** How far back a read of the past goes. A commit of the last seconds may still be on its way to the database. */
const LEAST_PAST_MS = 30_000;
const MOST_PAST_MS = 90_000;
/** Few accounts, so that calls of one account are often concurrent. */
const WATCHED = 4;

/** Everything that clients saw of accounts, of all money, of orders and of the past, for the checkers of histories. */
export type Seen = Readonly<{
  accounts: readonly Observation[];
  money: readonly MoneyRead[];
  orders: readonly OrderRead[];
  past: readonly PastRead[];
}>;

type Recorded = { accounts: Observation[]; money: MoneyRead[]; orders: OrderRead[]; past: PastRead[] };
type Observer = Readonly<{
  name: string;
  api: ApiClient;
  history: CommandHistory;
  seen: Recorded;
  /** The last revision that this observer wrote or read of each account, and its token. */
  known: Map<string, Readonly<{ revision: number; token?: string }>>;
}>;

const REVISION = /^accounts\/(account-[^@]+)@(\d+)$/;

/** The streams of accounts in a token, with their revisions. The token of a saga names every stream that it wrote to. */
export const accountsIn = (
  token: string | undefined,
): readonly Readonly<{ stream: string; revision: number }>[] =>
  (token ?? '').split(', ').flatMap((part) => {
    const [, stream, revision] = REVISION.exec(part) ?? [];
    return stream === undefined ? [] : [{ stream, revision: Number(revision) }];
  });

/** A read that failed shows nothing, so it is not recorded. */
const timed = async (
  { api }: Observer,
  path: string,
  token?: string,
): Promise<Readonly<{ reply: ApiReply; begunMs: number; endedMs: number }> | undefined> => {
  const begunMs = performance.now();
  const reply = await api.get(path, token === undefined ? {} : { token }).catch((error: unknown) => {
    if (error instanceof NoUsableResponse) return undefined;
    throw error;
  });
  return reply?.status === 200 ? { reply, begunMs, endedMs: performance.now() } : undefined;
};

const streamOf = (accountNumber: string): string => `account-${accountNumber}`;

const readAccount = async (observer: Observer, { account }: Client): Promise<void> => {
  const read = await timed(observer, `/api/accounts/${account}`);
  const revision = read?.reply.revision;
  if (!read || revision === undefined) return;
  const { reply, begunMs, endedMs } = read;
  observer.known.set(account, { ...observer.known.get(account), revision });
  observer.seen.accounts.push({
    client: observer.name,
    register: streamOf(account),
    action: 'read',
    begunMs,
    endedMs,
    revision,
    value: Number(reply.body['balanceCents']),
  });
};

/** The write itself is recorded by the history of commands. */
const writeAccount = async (
  observer: Observer,
  { account }: Client,
  random: Random,
  kind: 'deposit' | 'withdraw',
): Promise<void> => {
  const known = observer.known.get(account);
  const conditional = kind === 'withdraw' && known !== undefined;
  const entry = await observer.history.send({
    kind,
    method: 'POST',
    path: `/api/accounts/${account}/${kind === 'deposit' ? 'deposits' : 'withdrawals'}`,
    body: { amountCents: between(random, 1, MOST_CENTS) },
    client: observer.name,
    ...(conditional && { ifRevision: known.revision }),
  });
  await afterWrite(observer, random, entry);
};

/** A transfer between two watched accounts, whose token names both. */
const transfer = async (
  observer: Observer,
  { account }: Client,
  random: Random,
  others: readonly Client[],
): Promise<void> => {
  const to = pick(
    random,
    others.filter((other) => other.account !== account),
  );
  const entry = await observer.history.send({
    kind: 'transfer',
    method: 'POST',
    path: '/api/transfers',
    body: { fromAccount: account, toAccount: to.account, amountCents: between(random, 1, MOST_CENTS) },
    client: observer.name,
  });
  await afterWrite(observer, random, entry);
};

const afterWrite = async (observer: Observer, random: Random, entry: HistoryEntry): Promise<void> => {
  if (entry.outcome === 'accepted' && random() < REPEATED) await observer.history.repeat(entry);
  const { token } = entry;
  if (token === undefined) return;
  for (const { stream, revision } of accountsIn(token))
    observer.known.set(stream.slice('account-'.length), { revision, token });
};

type SummaryBody = Readonly<{
  accounts: Readonly<{ data?: readonly Readonly<{ accountNumber: string; balanceCents: number }>[] }>;
}>;

/** The summary is a view: with the token of the last write it must show that write. */
const readSummary = async (observer: Observer, { customerId, account }: Client): Promise<void> => {
  const token = observer.known.get(account)?.token;
  const read = await timed(observer, `/api/customers/${customerId}/summary?via=view`, token);
  const shown = (read?.reply.body as SummaryBody | undefined)?.accounts.data?.find(
    ({ accountNumber }) => accountNumber === account,
  );
  if (!read || !shown) return;
  const known = accountsIn(token).find(({ stream }) => stream === streamOf(account))?.revision;
  observer.seen.accounts.push({
    client: observer.name,
    register: streamOf(account),
    action: 'view',
    begunMs: read.begunMs,
    endedMs: read.endedMs,
    value: shown.balanceCents,
    ...(known !== undefined && { known }),
  });
};

const readTotals = async (observer: Observer): Promise<void> => {
  const read = await timed(observer, '/api/bank-totals/EUR');
  if (!read) return;
  const { moneyInCents, moneyHeldCents, moneySpentCents } = read.reply.body;
  observer.seen.money.push({
    client: observer.name,
    begunMs: read.begunMs,
    endedMs: read.endedMs,
    of: 'totals',
    inCents: Number(moneyInCents),
    heldCents: Number(moneyHeldCents),
    spentCents: Number(moneySpentCents),
  });
};

type Balance = Readonly<{ currencies: readonly Readonly<{ sumCents: number }>[] }>;

const readTrialBalance = async (observer: Observer): Promise<void> => {
  const read = await timed(observer, '/api/journal/trial-balance');
  if (!read) return;
  const { reply, begunMs, endedMs } = read;
  for (const { sumCents } of (reply.body as unknown as Balance).currencies)
    observer.seen.money.push({ client: observer.name, begunMs, endedMs, of: 'trial-balance', sumCents });
};

const placedOrders = (entries: readonly HistoryEntry[]): readonly string[] =>
  entries.flatMap(({ answer }) => (typeof answer['orderId'] === 'string' ? [answer['orderId']] : []));

/** Prefers recent orders, whose state still changes. */
const RECENT = 20;

const readOrder = async (observer: Observer, random: Random): Promise<void> => {
  const recent = placedOrders(observer.history.entries()).slice(-RECENT);
  if (recent.length === 0) return;
  const orderId = pick(random, recent);
  const read = await timed(observer, `/api/orders/${orderId}`);
  if (!read) return;
  const { reply, begunMs, endedMs } = read;
  observer.seen.orders.push({
    client: observer.name,
    begunMs,
    endedMs,
    orderId,
    state: String(reply.body['state']),
  });
};

/** The state of an account at one of its revisions, or at a time that has passed. */
const readPast = async (observer: Observer, { account }: Client, random: Random): Promise<void> => {
  const newest = observer.known.get(account)?.revision ?? 1;
  const point =
    random() < 0.5
      ? ({ revision: between(random, 1, newest) } as const)
      : ({ at: new Date(Date.now() - between(random, LEAST_PAST_MS, MOST_PAST_MS)).toISOString() } as const);
  const [[name, value] = []] = Object.entries(point);
  const read = await timed(observer, `/api/streams/accounts/${streamOf(account)}?${name}=${value}`);
  if (!read) return;
  const { revision, state } = read.reply.body as Readonly<{
    revision: number;
    state: Readonly<{ balanceCents?: number }>;
  }>;
  observer.seen.past.push({
    client: observer.name,
    stream: streamOf(account),
    ...(name === 'at' ? { at: String(value) } : { asked: Number(value) }),
    revision,
    ...(state.balanceCents !== undefined && { value: state.balanceCents }),
  });
};

const observe = (observer: Observer, random: Random, { clients }: Population): Promise<void> => {
  const watched = clients.slice(0, WATCHED);
  const one = pick(random, watched);
  return weighted<() => Promise<void>>(random, [
    [30, () => readAccount(observer, one)],
    [15, () => writeAccount(observer, one, random, 'deposit')],
    [15, () => writeAccount(observer, one, random, 'withdraw')],
    [6, () => transfer(observer, one, random, watched)],
    [25, () => readSummary(observer, one)],
    [6, () => readPast(observer, one, random)],
    [10, () => readOrder(observer, random)],
    [3, () => readTotals(observer)],
    [2, () => readTrialBalance(observer)],
  ])();
};

/** Starts clients that read what others write, and write themselves, and that record what they see. */
export const startObservers = (
  api: ApiClient,
  history: CommandHistory,
  world: Population,
  seed: number,
): Readonly<{ stop: () => Promise<Seen> }> => {
  const stopping = new AbortController();
  const seen: Recorded = { accounts: [], money: [], orders: [], past: [] };
  const run = async (number: number): Promise<void> => {
    const random = randomFrom(seed * OBSERVERS + number);
    const observer: Observer = { name: `observer-${number}`, api, history, seen, known: new Map() };
    while (!stopping.signal.aborted) {
      await observe(observer, random, world);
      const pauseMs = between(random, LEAST_PAUSE_MS, MOST_PAUSE_MS);
      await wait(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const all = Promise.all(Array.from({ length: OBSERVERS }, (_, number) => run(number)));
  all.catch(() => undefined); // `stop` rejects with it.
  return {
    stop: async () => {
      stopping.abort();
      await all;
      return seen;
    },
  };
};
