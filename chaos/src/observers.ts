import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from '@bankside/client';
import { between, pick, randomFrom, weighted, type Random } from '@bankside/std/random';
import type { CommandHistory, HistoryEntry } from './command-history';
import {
  accountsIn,
  readAccount,
  readOrder,
  readPast,
  readTotals,
  readTrialBalance,
  readView,
  type Observer,
  type Recorded,
  type Seen,
} from './observed';
import type { Client, Population } from './population';

const OBSERVERS = 4;
const LEAST_PAUSE_MS = 20;
const MOST_PAUSE_MS = 120;
const MOST_CENTS = 500;
/** Share of accepted writes that are sent again. */
const REPEATED = 0.2;
/** Few accounts, so that calls of one account are often concurrent. */
const WATCHED = 4;

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

const observe = (observer: Observer, random: Random, { clients }: Population): Promise<void> => {
  const watched = clients.slice(0, WATCHED);
  const one = pick(random, watched);
  return weighted<() => Promise<void>>(random, [
    [30, () => readAccount(observer, one)],
    [15, () => writeAccount(observer, one, random, 'deposit')],
    [15, () => writeAccount(observer, one, random, 'withdraw')],
    [6, () => transfer(observer, one, random, watched)],
    [20, () => readView(observer, one, 'summary')],
    [12, () => readView(observer, one, 'statement')],
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
