import type { Generation } from '../store/port';
import type { Directory } from './directory';
import type { Feeds } from './feeds';
import type { Runner } from './runner';
import type { Supervisor } from './supervisor';
import { Behind } from './waiting';

/** How long one wait for another replica lasts, before it is looked whether it is still the one. */
const SLICE_MS = 500;

/** `deadline` as the monotonic clock has it. */
const inTime = async (work: Promise<void>, deadline: number): Promise<void> => {
  const ms = Math.max(0, deadline - performance.now());
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Behind(`not done in ${Math.round(ms)} ms`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
};

type Writers = readonly (Runner | undefined)[];
const sameAs = (some: Writers, others: Writers): boolean =>
  some.length === others.length && some.every((one, index) => one === others[index]);

type CurrentOptions = Readonly<{ directory: Directory; supervisor: Supervisor; feeds: Feeds }>;

export const current = ({ directory, supervisor, feeds }: CurrentOptions) => {
  const writersOf = (generation: Generation): Writers =>
    Array.from({ length: feeds.partitions(generation.view) }, (_, partition) =>
      supervisor.runner(generation, partition),
    );

  /**
   * Does something with the generation that is read and whoever writes it here. If either changes meanwhile, because
   * of a switch or because a lease has moved, it is done again with the new ones.
   */
  const withCurrent = async (
    find: () => Generation | undefined,
    withinMs: number,
    work: (generation: Generation, deadline: number) => Promise<void>,
  ): Promise<void> => {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const generation = find();
      if (generation === undefined) return;
      const writers = writersOf(generation);
      try {
        return await inTime(work(generation, Math.min(deadline, performance.now() + SLICE_MS)), deadline);
      } catch (error) {
        if (performance.now() >= deadline) throw error;
        await directory.refresh();
        const same = find()?.number === generation.number && sameAs(writersOf(generation), writers);
        if (same && !(error instanceof Behind)) throw error;
      }
    }
  };

  return { withCurrent, writersOf };
};
