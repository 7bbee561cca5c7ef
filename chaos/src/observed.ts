import { NoUsableResponse, type ApiClient, type ApiReply } from '@bankside/client';
import { between, pick, type Random } from '@bankside/std/random';
import type { CommandHistory, HistoryEntry } from './command-history';
import type { MoneyRead } from './histories/money-reads';
import type { Observation } from './histories/observation';
import type { OrderRead } from './histories/order-states';
import type { PastRead } from './histories/time-travel';
import type { Client } from './population';

/** A read of the past goes back between these times: a commit of the last seconds may not be stored yet. */
const LEAST_PAST_MS = 30_000;
const MOST_PAST_MS = 90_000;
/** Everything that clients saw of accounts, of all money, of orders and of the past, for the checkers of histories. */
export type Seen = Readonly<{
  accounts: readonly Observation[];
  money: readonly MoneyRead[];
  orders: readonly OrderRead[];
  past: readonly PastRead[];
}>;

export type Recorded = { accounts: Observation[]; money: MoneyRead[]; orders: OrderRead[]; past: PastRead[] };
export type Observer = Readonly<{
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

export const streamOf = (accountNumber: string): string => `account-${accountNumber}`;

export const readAccount = async (observer: Observer, { account }: Client): Promise<void> => {
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

type SummaryBody = Readonly<{
  accounts: Readonly<{ data?: readonly Readonly<{ accountNumber: string; balanceCents: number }>[] }>;
}>;

type StatementBody = Readonly<{ lines: readonly Readonly<{ balanceCents: number }>[] }>;

/** The views that show the balance of an account. Each is a session of its own, because a client may find one ahead of another. */
const VIEWS: Readonly<
  Record<
    string,
    Readonly<{ path: (one: Client) => string; balance: (body: object, one: Client) => number | undefined }>
  >
> = {
  summary: {
    path: ({ customerId }) => `/api/customers/${customerId}/summary?via=view`,
    balance: (body, { account }) =>
      (body as SummaryBody).accounts.data?.find(({ accountNumber }) => accountNumber === account)
        ?.balanceCents,
  },
  statement: {
    path: ({ customerId, account }) => `/api/customers/${customerId}/statement?number=${account}&limit=1`,
    balance: (body) => (body as StatementBody).lines[0]?.balanceCents,
  },
};

/** With the token of the last write, a view must show that write. */
export const readView = async (observer: Observer, one: Client, name: keyof typeof VIEWS): Promise<void> => {
  const { account } = one;
  const { path, balance } = VIEWS[name]!;
  const token = observer.known.get(account)?.token;
  const read = await timed(observer, path(one), token);
  const value = read && balance(read.reply.body, one);
  if (read === undefined || value === undefined) return;
  const known = accountsIn(token).find(({ stream }) => stream === streamOf(account))?.revision;
  observer.seen.accounts.push({
    client: `${observer.name}, ${name}`,
    register: streamOf(account),
    action: 'view',
    begunMs: read.begunMs,
    endedMs: read.endedMs,
    value,
    ...(known !== undefined && { known }),
  });
};

export const readTotals = async (observer: Observer): Promise<void> => {
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

export const readTrialBalance = async (observer: Observer): Promise<void> => {
  const read = await timed(observer, '/api/journal/trial-balance');
  if (!read) return;
  const { reply, begunMs, endedMs } = read;
  for (const { sumCents } of (reply.body as unknown as Balance).currencies)
    observer.seen.money.push({ client: observer.name, begunMs, endedMs, of: 'trial-balance', sumCents });
};

const placedOrders = (entries: readonly HistoryEntry[]): readonly string[] =>
  entries.flatMap(({ response }) => (typeof response['orderId'] === 'string' ? [response['orderId']] : []));

/** Prefers recent orders, whose state still changes. */
const RECENT = 20;

export const readOrder = async (observer: Observer, random: Random): Promise<void> => {
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
export const readPast = async (observer: Observer, { account }: Client, random: Random): Promise<void> => {
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
