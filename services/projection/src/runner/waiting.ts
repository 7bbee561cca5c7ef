import { setTimeout as wait } from 'node:timers/promises';
import { nameOf, type Generation, type ViewStore } from '../store/port';
import type { Place } from './document';

/** How often the position of a generation that another replica writes is read while somebody waits for it. */
const POLL_MS = 15;

type Waiter = Readonly<{
  place: Place;
  position: number;
  deadline: number;
  resolve: () => void;
  reject: (reason: unknown) => void;
}>;

/** It took too long. */
export class Behind extends Error {
  override name = 'Behind';
}

/** Waits for what another replica writes. However many wait for a generation, its positions are read once for all. */
export const waiting = (storeOf: (generation: Generation) => ViewStore) => {
  const waiters = new Map<string, Waiter[]>();

  const settle = async (generation: Generation, mine: Waiter[]): Promise<void> => {
    const positions = await storeOf(generation).positions(generation);
    for (const waiter of mine.splice(0)) {
      if ((positions.get(waiter.place)?.position ?? 0) >= waiter.position) waiter.resolve();
      else if (performance.now() > waiter.deadline)
        waiter.reject(new Behind(`${nameOf(generation)} is behind ${waiter.place}@${waiter.position}`));
      else mine.push(waiter);
    }
  };

  const poll = async (generation: Generation, mine: Waiter[]): Promise<void> => {
    while (mine.length > 0) {
      await settle(generation, mine).catch((error: unknown) => {
        for (const { reject } of mine.splice(0)) reject(error);
      });
      if (mine.length > 0) await wait(POLL_MS);
    }
    waiters.delete(nameOf(generation));
  };

  return {
    /** @throws Behind when the generation has not come to the position in time */
    until: (generation: Generation, place: Place, position: number, deadline: number): Promise<void> =>
      new Promise((resolve, reject) => {
        const name = nameOf(generation);
        const waiter = { place, position, deadline, resolve, reject };
        const mine = waiters.get(name);
        if (mine) return void mine.push(waiter);
        const first = [waiter];
        waiters.set(name, first);
        void poll(generation, first);
      }),
  };
};

export type Waiting = ReturnType<typeof waiting>;
