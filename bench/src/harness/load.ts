import { setTimeout as wait } from 'node:timers/promises';
import { percentile } from '@bankside/std';

/** The result of a closed-loop load: each client makes its next call as soon as the previous one returns. */
export type Load = Readonly<{ perSecond: number; p50Ms: number; p99Ms: number; done: number }>;

type Call = (client: number, turn: number) => Promise<unknown>;

const summary = (times: readonly number[], elapsedMs: number): Load => ({
  perSecond: (times.length / elapsedMs) * 1_000,
  p50Ms: percentile(times, 0.5),
  p99Ms: percentile(times, 0.99),
  done: times.length,
});

/** How long some work takes, in milliseconds. */
export const elapsedMs = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

/**
 * Runs `clients` for `forMs` milliseconds. Calls that are open at the end are awaited and counted.
 *
 * @param everyMs the shortest time between two calls of one client; the first calls of all are spread over it
 */
export const loadFor = async (forMs: number, clients: number, ask: Call, everyMs = 0): Promise<Load> => {
  const times: number[] = [];
  const begun = performance.now();
  const client = async (_: unknown, number: number): Promise<void> => {
    for (let turn = 0; performance.now() - begun < forMs; turn += 1) {
      const due = begun + everyMs * (turn + number / clients);
      if (due > performance.now()) await wait(due - performance.now());
      times.push(await elapsedMs(() => ask(number, turn)));
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return summary(times, performance.now() - begun);
};

/** Makes `total` calls with `clients` concurrent clients. */
export const loadOf = async (
  total: number,
  clients: number,
  ask: (turn: number) => Promise<unknown>,
): Promise<Load> => {
  const times: number[] = [];
  const turns = Array.from({ length: total }, (_, turn) => turn).values();
  const begun = performance.now();
  const client = async (): Promise<void> => {
    for (const turn of turns) times.push(await elapsedMs(() => ask(turn)));
  };
  await Promise.all(Array.from({ length: Math.min(clients, total) }, client));
  return summary(times, performance.now() - begun);
};
