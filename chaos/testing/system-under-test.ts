import { setTimeout as wait } from 'node:timers/promises';
import { randomFrom } from '@bankside/std/random';
import { awaitQuiescence } from '../src/await-quiescence';
import { responseProblems } from '../src/checks/responses';
import { historyChecks } from '../src/checks/histories';
import { commandHistory, type HistoryEntry } from '../src/command-history';
import type { Seen } from '../src/observed';
import { startObservers } from '../src/observers';
import { createPopulation } from '../src/population';
import { clientsOf, databasesIn, startUnderTest, TRANSFER_LIMIT_CENTS, type RunOptions } from '../src/run';
import { readStoredEvents } from '../src/stored-events';
import { verifyInvariants } from '../src/verify-invariants';

const SEED = 7;
const QUIESCENCE_TIMEOUT_MS = 60_000;
/** Two of them exceed the limit of a day, and of three at least two are on one day. */
const TRANSFERRED_CENTS = TRANSFER_LIMIT_CENTS - 1;
const ROUND_MS = 2_000;
const DEPOSITS = 20;

type Found = Readonly<Record<string, readonly string[]>>;

const ignore = (): void => undefined;

/** The whole system, with clients whose calls and observations the checks of a chaos run verify. No faults are injected. */
export const systemUnderTest = async (options: Pick<RunOptions, 'dataDir' | 'programs'>) => {
  const system = await startUnderTest(options);
  const { client, operator, close } = await clientsOf(system);
  const databases = databasesIn(system);
  const owners = databases.owners.map(([name]) => name);
  const history = commandHistory(client, 'broken');
  const world = await createPopulation(history, randomFrom(SEED), ['statement']);
  const nothing: Seen = { accounts: [], money: [], orders: [], past: [] };
  const eventsNow = () => readStoredEvents(system.addresses, owners);
  const accountsUrl = new Map(databases.owners).get('accounts')!;
  const [, sender, recipient] = world.clients; // The first has little money.

  const send = (kind: HistoryEntry['command']['kind'], path: string, body: object): Promise<HistoryEntry> =>
    history.send({ kind, method: 'POST', path, body });
  const accepted = async (sent: Promise<HistoryEntry>): Promise<void> => {
    const { outcome, command, status } = await sent;
    if (outcome !== 'accepted') throw new Error(`${command.kind} returned ${status}.`);
  };

  return {
    /**
     * Lets clients read and write, in rounds, until a check of histories finds something in their calls, or for a number of
     * rounds. Returns what each of these checks finds.
     */
    watch: async (rounds: number): Promise<Found> => {
      const before = history.entries().length;
      const seen = { accounts: [], money: [], orders: [], past: [] } as {
        -readonly [Kind in keyof Seen]: Seen[Kind];
      };
      const found: Record<string, readonly string[]> = {};
      for (let round = 0; round < rounds && Object.values(found).flat().length === 0; round += 1) {
        const observers = startObservers(client, history, world, SEED + round);
        await wait(ROUND_MS);
        const more = await observers.stop();
        seen.accounts = [...seen.accounts, ...more.accounts];
        seen.money = [...seen.money, ...more.money];
        seen.orders = [...seen.orders, ...more.orders];
        seen.past = [...seen.past, ...more.past];
        const checks = historyChecks(seen, history.entries().slice(before), await eventsNow(), accountsUrl);
        for (const [name, check] of Object.entries(checks)) found[name] = await check();
      }
      return found;
    },
    restock: async (times: number): Promise<void> => {
      for (let n = 0; n < times; n += 1)
        await accepted(send('add-stock', `/api/products/${world.skus[0]}/stock`, { quantity: 5 }));
    },
    transferBeyondLimit: async (): Promise<void> => {
      const body = {
        fromAccount: sender!.account,
        toAccount: recipient!.account,
        amountCents: TRANSFERRED_CENTS,
      };
      for (let n = 0; n < 3; n += 1) await accepted(send('transfer', '/api/transfers', body));
    },
    /** Waits for quiescence. Returns what each check of a chaos run finds, except for those of histories. */
    verify: async (): Promise<Found> => {
      const { owners: withFeed, readers } = databases;
      const pending = await awaitQuiescence(
        { history, operator, timeoutMs: QUIESCENCE_TIMEOUT_MS, owners: withFeed, readers },
        ignore,
      );
      const found = await verifyInvariants(
        {
          events: await eventsNow(),
          history,
          seen: nothing,
          operator,
          ...databases,
          pending,
          lost: [],
          transferLimitCents: TRANSFER_LIMIT_CENTS,
        },
        ignore,
      );
      const ofHistories = new Set(Object.keys(historyChecks(nothing, [], await eventsNow(), accountsUrl)));
      return Object.fromEntries(Object.entries(found).filter(([check]) => !ofHistories.has(check)));
    },
    /** Kills a service as soon as it has responded to one of several deposits. */
    killDuringDeposits: async (service: string): Promise<void> => {
      const running = system.processes().get(service)!;
      const { pid } = running;
      const deposits = Array.from({ length: DEPOSITS }, (_, n) =>
        send('deposit', `/api/accounts/${world.clients[n]!.account}/deposits`, { amountCents: 1 }),
      );
      await Promise.race(deposits);
      running.kill();
      await running.whenRestarted(pid!);
      await Promise.all(deposits);
    },
    /** What the check of accepted commands finds. */
    effects: async (): Promise<readonly string[]> => responseProblems(history.entries(), await eventsNow()),
    stop: async (): Promise<void> => {
      await close();
      await system.stop();
    },
  };
};
export type SystemUnderTest = Awaited<ReturnType<typeof systemUnderTest>>;
