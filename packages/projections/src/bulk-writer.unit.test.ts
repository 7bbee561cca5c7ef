import type { EventEnvelope } from '@bankside/contracts';
import fc from 'fast-check';
import { memoryStore } from './stores/memory';
import { feedPartitionOf } from './checkpoints';
import type { ProjectionStore } from './stores/store';
import { history } from '../testing/history';
import { feedOf, foldAll } from '../testing/spec';
import { orderSteps } from '../testing/sample-projections';
import { rebuild } from './rebuild';
import { bulkWriter, isEmpty, ConcurrentWriterError } from './bulk-writer';
import { keyFilter } from './key-filter';
import { defineProjection, type ProjectionVersion } from './projection';

const events = feedOf(history(20));
const version: ProjectionVersion = { projection: orderSteps, number: 1 };
const feedAt = (feedPartition: string): readonly EventEnvelope[] =>
  events.filter((event) => feedPartitionOf(event) === feedPartition);

const rebuildFrom = async (store: ProjectionStore, of = version): Promise<void> => {
  const positions = await store.checkpoints(of);
  const { apply, flush } = bulkWriter({ version: of, store, empty: await isEmpty(of, store) });
  await rebuild({
    feeds: orderSteps.sources.map((source: string) => ({
      feedPartition: `${source}/0`,
      partition: 0,
      position: positions.get(`${source}/0`)?.position ?? 0,
      pull: async ({ after, limit }) => {
        const all = feedAt(`${source}/0`);
        return { events: all.slice(after, after + limit), head: all.length, partitions: 1 };
      },
    })),
    apply,
    mayContinue: () => true,
    onStep: () => undefined,
  });
  await flush();
};

const documentsOf = async (store: ProjectionStore) => {
  const documents = new Map<string, object>();
  for await (const { key, document } of store.scan(version)) documents.set(key, document);
  return documents;
};

/** The number of steps before each crash. */
const crashes = fc.array(fc.nat(30), { maxLength: 6 });
const crashing = (after: readonly number[]) => {
  const left = [...after];
  let steps = left.shift() ?? Infinity;
  return memoryStore((moment) => {
    steps -= 1;
    if (steps >= 0) return;
    steps = left.shift() ?? Infinity;
    throw new Error(`crashed ${moment}`);
  });
};
const rebuildDespiteCrashes = async (store: ProjectionStore, of = version): Promise<void> => {
  for (let done = false; !done;)
    done = await rebuildFrom(store, of).then(
      () => true,
      () => false,
    );
};

describe('a rebuild', () => {
  it('equals the plain fold and writes each document once', async () => {
    const store = memoryStore();
    await rebuildFrom(store);
    expect(await documentsOf(store)).toEqual(foldAll(orderSteps, events));
    const revisions = new Set<number>();
    for await (const { rev } of store.scan(version)) revisions.add(rev);
    expect(revisions).toEqual(new Set([1]));
  });

  it('equals the plain fold when it crashes between any two writes and continues', () =>
    fc.assert(
      fc.asyncProperty(crashes, async (after) => {
        const store = crashing(after);
        await rebuildDespiteCrashes(store);
        expect(await documentsOf(store)).toEqual(foldAll(orderSteps, events));
      }),
      { numRuns: 50 },
    ));

  it('parks every event that a document lacks when it crashes between any two writes', () => {
    const broken = defineProjection<object>({
      ...orderSteps,
      apply: {
        ...orderSteps.apply,
        'payments.payment-captured.v1': () => {
          throw new Error('no captures');
        },
      },
    });
    const of = { projection: broken, number: 1 };
    return fc.assert(
      fc.asyncProperty(crashes, async (after) => {
        const store = crashing(after);
        await rebuildDespiteCrashes(store, of);
        const parked = new Set(store.parked().map(({ event }) => event.id));
        const captured = events.filter(({ type }) => type === 'payments.payment-captured.v1');
        const behind = events.filter(
          ({ type, subject, feedposition }) =>
            Object.hasOwn(broken.apply, type) &&
            captured.some((event) => event.subject === subject && event.feedposition < feedposition),
        );
        expect(parked).toEqual(new Set([...captured, ...behind].map(({ id }) => id)));
      }),
      { numRuns: 50 },
    );
  });

  it('flushes at least every thirty seconds', async () => {
    const store = memoryStore();
    let time = 0;
    const { apply } = bulkWriter({ version, store, empty: true, now: () => time });
    const run = (from: number) => ({
      feedPartition: 'orders/0',
      from,
      to: from + 1,
      events: feedAt('orders/0').slice(from, from + 1),
    });
    const position = async () => (await store.checkpoints(version)).get('orders/0')?.position;
    await apply([run(0)]);
    time = 29_999;
    await apply([run(1)]);
    expect(await position()).toBeUndefined();
    time = 30_000;
    await apply([run(2)]);
    expect(await position()).toBe(3);
    await apply([run(3)]);
    expect(await position()).toBe(3);
  });

  it('fails when another writer writes the same version', async () => {
    const store = memoryStore();
    await rebuildFrom(store);
    const run = { feedPartition: 'orders/0', from: 0, to: 5, events: feedAt('orders/0').slice(0, 5) };
    const late = bulkWriter({ version, store, empty: true });
    await late.apply([run]);
    await expect(late.flush()).rejects.toThrow(ConcurrentWriterError);
  });
});

describe('a key filter', () => {
  it('finds every key that was added', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 200 }), (keys) => {
        const filter = keyFilter();
        for (const key of keys) filter.add(key);
        expect(keys.every(filter.mayHave)).toBe(true);
      }),
      { numRuns: 20 },
    ));

  it('reports few keys that were not added', () => {
    const filter = keyFilter();
    for (let index = 0; index < 100_000; index += 1) filter.add(`order-${index}`);
    const found = Array.from({ length: 100_000 }, (_, index) => `order-${index + 100_000}`).filter(
      filter.mayHave,
    );
    expect(found.length).toBeLessThan(100);
  });
});
