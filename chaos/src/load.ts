import { setTimeout as wait } from 'node:timers/promises';
import { between, randomFrom } from '@bankside/std/random';
import type { HistoryEntry, CommandHistory } from './command-history';
import { nextCommand, remember } from './next-command';
import type { Population } from './population';

/** Concurrent clients; each sends one command at a time. */
const CLIENTS = 8;
const LEAST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 350;
/** Share of accepted commands that are sent again, as by a client that lost the response. */
const REPEATED = 0.08;
const BETWEEN_REPEATS_MS = 500;
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

  const keep = (entry: HistoryEntry): void => remember(world, entry);
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
