import { setImmediate } from 'node:timers/promises';
import type { EventEnvelope } from '@bankside/contracts';
import fc from 'fast-check';
import { memoryStore } from '../store/memory-store';
import type { Generation, ViewStore } from '../store/port';
import { happenings, messagesOf, type Happening } from '../testing/deliveries';
import { owners } from '../testing/owners';
import { recorded } from '../testing/recorded';
import { foldAll } from '../testing/spec';
import { views } from '../views';
import { feeds } from './feeds';
import { runner } from './runner';

/** The store as a process has it: when that is dead, it does nothing more. */
const heldBy = (store: ViewStore, lives: () => boolean): ViewStore =>
  Object.fromEntries(
    Object.entries(store).map(([name, use]) => [
      name,
      (...about: readonly unknown[]) => {
        if (!lives()) throw new Error('dead');
        return (use as (...about: readonly unknown[]) => unknown)(...about);
      },
    ]),
  ) as unknown as ViewStore;

/** A view with one writer after another: each dies when told to, in the middle of whatever it writes. */
const writers = (generation: Generation) => {
  const bank = owners();
  let steps = Infinity;
  const store = memoryStore((moment) => {
    steps -= 1;
    if (steps >= 0) return;
    steps = Infinity;
    succeed();
    throw new Error(`died ${moment}`);
  });

  const begin = () => {
    let lives = true;
    const ends: Array<() => void> = [];
    const one = runner({
      generation,
      partition: 0,
      lease: {
        name: 'writer',
        holds: () => lives,
        onEnd: (listener) => void ends.push(listener),
        release: async () => undefined,
      },
      store: heldBy(store, () => lives),
      feeds: feeds(bank.pullFrom),
      replayer: { run: async () => undefined },
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
      writer.deliver(source, events, Math.max(...events.map(({ feedposition }) => feedposition))),
    dieAfter: (writes: number): void => void (steps = writes),
    /** Until a writer has everything, however many die before. */
    caughtUp: async (): Promise<void> => {
      for (;;) {
        const caught = writer.catchUp(generation.view.sources);
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

/** Lets all of it happen, and tells what is stored in the end. */
const after = async (happened: readonly Happening[], generation: Generation) => {
  const { bank, store, deliver, dieAfter, caughtUp, stop } = writers(generation);
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
        if ((generation.view.sources as readonly string[]).includes(source))
          deliveries.push(deliver(source, events).catch(() => undefined));
    await setImmediate();
  }
  commit(recorded.length);
  await caughtUp();
  await stop();
  await Promise.all(deliveries);
  const documents = new Map<string, object>();
  for await (const { key, document } of store.scan(generation)) documents.set(key, document);
  return documents;
};

describe.each(views.map((view) => [view.name, view] as const))('%s of a recorded history', (_name, view) => {
  const generation = { view, number: 1 };
  const folded = foldAll(view, recorded);

  it('ends as the plain fold, whatever is lost, doubled, late or in disorder', () =>
    fc.assert(
      fc.asyncProperty(happenings(0), async (happened) => {
        expect(await after(happened, generation)).toEqual(folded);
      }),
      { numRuns: 40 },
    ));

  it('ends as the plain fold, although its writer dies again and again besides', () =>
    fc.assert(
      fc.asyncProperty(happenings(20), async (happened) => {
        expect(await after(happened, generation)).toEqual(folded);
      }),
      { numRuns: 40 },
    ));
});
