import { setImmediate } from 'node:timers/promises';
import type { EventEnvelope } from '@bankside/contracts';
import fc from 'fast-check';
import { projectionFeeds } from '../src/feeds';
import { memoryStore } from '../src/stores/memory';
import type { ProjectionStore } from '../src/stores/store';
import { versionWriter } from '../src/version-writer';
import { happenings, messagesOf, type Happening } from './deliveries';
import { inMemoryFeeds } from './in-memory-feeds';
import { foldAll } from './spec';
import type { Projection, ProjectionVersion } from '../src/projection';

/** The store of one process, which fails once the process is dead. */
const heldBy = (store: ProjectionStore, lives: () => boolean): ProjectionStore =>
  Object.fromEntries(
    Object.entries(store).map(([name, use]) => [
      name,
      (...about: readonly unknown[]) => {
        if (!lives()) throw new Error('dead');
        return (use as (...about: readonly unknown[]) => unknown)(...about);
      },
    ]),
  ) as unknown as ProjectionStore;

/** A version with one writer after another. Each is killed at a chosen write. Every feed has two partitions. */
const writers = (version: ProjectionVersion) => {
  const bank = inMemoryFeeds(() => 2);
  let steps = Infinity;
  const store = memoryStore((moment) => {
    steps -= 1;
    if (steps >= 0) return;
    steps = Infinity;
    succeed();
    throw new Error(`died ${moment}`);
  }, 'late');

  const begin = () => {
    let lives = true;
    const ends: Array<() => void> = [];
    const one = versionWriter({
      version,
      lease: {
        name: 'writer',
        isHeld: () => lives,
        confirm: async () => undefined,
        onEnd: (listener) => void ends.push(listener),
        release: async () => undefined,
      },
      store: heldBy(store, () => lives),
      feeds: projectionFeeds(bank.pullFrom),
      replayRequests: async () => undefined,
      clock: () => new Date(),
      onError: () => undefined,
    });
    const die = (): void => {
      lives = false;
      for (const end of ends) end();
    };
    return { ...one, die };
  };
  let writer = begin();
  const all = [writer];
  const succeed = (): void => {
    writer.die();
    writer = begin();
    all.push(writer);
  };

  return {
    bank,
    store,
    deliver: (source: string, events: readonly EventEnvelope[]): Promise<void> =>
      writer.deliver(source, events),
    dieAfter: (writes: number): void => void (steps = writes),
    /** Resolves when a writer has caught up, however many were killed before it. */
    catchUp: async (): Promise<void> => {
      for (;;) {
        const caught = writer.catchUp(version.projection.sources);
        const done = await caught.then(
          () => true,
          () => false,
        );
        if (done) return;
        await setImmediate();
      }
    },
    stop: async (): Promise<void> => {
      await writer.stop();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
};

/** The documents at the end, and the plain fold of what was committed. */
const after = async (
  happened: readonly Happening[],
  version: ProjectionVersion,
  recorded: readonly EventEnvelope[],
) => {
  const { bank, store, deliver, dieAfter, catchUp, stop } = writers(version);
  const deliveries: Array<Promise<void>> = [];
  const committed: EventEnvelope[] = [];
  const commit = (events: number): void => {
    const more = recorded.slice(committed.length, committed.length + events);
    committed.push(...bank.commit(more));
  };
  for (const one of happened) {
    if (one.what === 'commit') commit(one.events);
    else if (one.what === 'death') dieAfter(one.after);
    else if (committed.length > 0)
      for (const [source, events] of messagesOf(committed, one.picks))
        if ((version.projection.sources as readonly string[]).includes(source))
          deliveries.push(deliver(source, events).catch(() => undefined));
    await setImmediate();
  }
  commit(recorded.length);
  await catchUp();
  await stop();
  await Promise.all(deliveries);
  const documents = new Map<string, object>();
  for await (const { key, document } of store.scan(version)) documents.set(key, document);
  return { documents, folded: foldAll(version.projection, committed) };
};

type Outcome = Awaited<ReturnType<typeof after>>;
const expectSame = ({ documents, folded }: Outcome): void => {
  expect(folded.size).toBeGreaterThan(0);
  expect(documents).toEqual(folded);
};

/** For each projection. What a run exercises is the framework, which all projections share. */
const RUNS = 20;

/** However messages arrive and writers die, a projection must end as the plain fold of the recorded events. For jest. */
export const deliveryContract = (
  projections: readonly Projection[],
  recorded: readonly EventEnvelope[],
): void => {
  describe.each(projections.map((projection) => [projection.name, projection] as const))(
    '%s of a recorded history',
    (_name, projection) => {
      const version = { projection, number: 1 };

      it('equals the plain fold when messages are lost, duplicated, delayed or reordered', () =>
        fc.assert(
          fc.asyncProperty(happenings(0), async (happened) => {
            expectSame(await after(happened, version, recorded));
          }),
          { numRuns: RUNS },
        ));

      it('equals the plain fold when its writer is also killed repeatedly', () =>
        fc.assert(
          fc.asyncProperty(happenings(20), async (happened) => {
            expectSame(await after(happened, version, recorded));
          }),
          { numRuns: RUNS },
        ));
    },
  );
};
