import type { Generation, Run, ViewStore } from '../store/port';
import type { Place } from './document';

type Waiter = Readonly<{ place: Place; position: number; resolve: () => void }>;

/**
 * Where a generation stands, for its only writer: read once, then counted along. Doubt, after an error, has it read again.
 */
export const ledger = (generation: Generation, store: ViewStore) => {
  let known: Map<Place, number> | undefined;
  let waiters: readonly Waiter[] = [];

  const positions = async (): Promise<ReadonlyMap<Place, number>> => {
    if (known === undefined) {
      const read = await store.positions(generation);
      known = new Map([...read].map(([place, { position }]) => [place, position]));
    }
    return known;
  };

  const reached = ({ place, position }: Waiter): boolean => (known?.get(place) ?? 0) >= position;

  const wakeWaiters = (): void => {
    const done = waiters.filter(reached);
    waiters = waiters.filter((waiter) => !done.includes(waiter));
    for (const { resolve } of done) resolve();
  };

  return {
    /** Reads anew where it stands: somebody else than `counting` has moved it, or tried to. */
    reread: async (): Promise<void> => {
      known = undefined;
      await positions();
      wakeWaiters();
    },
    at: async (place: Place): Promise<number> => (await positions()).get(place) ?? 0,
    /** Applies runs and counts them. */
    counting:
      (apply: (runs: readonly Run[]) => Promise<readonly Place[]>) =>
      async (runs: readonly Run[]): Promise<readonly Place[]> => {
        try {
          const moved = await apply(runs);
          if (moved.length > 0) known = undefined;
          else for (const { place, to } of runs) known?.set(place, to);
          wakeWaiters();
          return moved;
        } catch (error) {
          known = undefined;
          throw error;
        }
      },
    /** Resolves when the place has come to the position. */
    reached: (place: Place, position: number): Promise<void> =>
      new Promise((resolve) => {
        const waiter = { place, position, resolve };
        if (reached(waiter)) resolve();
        else waiters = [...waiters, waiter];
      }),
  };
};

export type Ledger = ReturnType<typeof ledger>;
