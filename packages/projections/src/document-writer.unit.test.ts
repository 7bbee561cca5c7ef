import type { EventEnvelope } from '@bankside/contracts';
import fc from 'fast-check';
import { history } from '../testing/history';
import { memoryStore } from './stores/memory';
import { type PartitionBatch, feedPartitionOf } from './checkpoints';
import type { ProjectionStore } from './stores/store';
import { feedOf, foldAll } from '../testing/spec';
import { orderSteps } from '../testing/sample-projections';
import { documentWriter } from './document-writer';
import { defineProjection, type Projection, type ProjectionVersion } from './projection';

const events = feedOf(history(7));
const feedPartitions = [...new Set(events.map(feedPartitionOf))];
const feedAt = (feedPartition: string): readonly EventEnvelope[] =>
  events.filter((event) => feedPartitionOf(event) === feedPartition);
const version: ProjectionVersion = { projection: orderSteps, number: 1 };

/** Writes all events in batches of the given lengths. After a crash a new writer continues from the checkpoints. */
const writeAll = async (store: ProjectionStore, of: ProjectionVersion, plan: Plan): Promise<void> => {
  const lengths = [...plan.lengths];
  let write = documentWriter({ version: of, store });
  for (;;) {
    const positions = await store.checkpoints(of);
    const runs = feedPartitions.flatMap((feedPartition): readonly PartitionBatch[] => {
      const from = positions.get(feedPartition)?.position ?? 0;
      const taken = feedAt(feedPartition).slice(from, from + (lengths.shift() ?? 20));
      return taken.length === 0 ? [] : [{ feedPartition, from, to: from + taken.length, events: taken }];
    });
    if (
      runs.length === 0 &&
      feedPartitions.every(
        (feedPartition) => positions.get(feedPartition)?.position === feedAt(feedPartition).length,
      )
    )
      return;
    await write.apply(runs).catch(() => {
      write = documentWriter({ version: of, store });
    });
  }
};
type Plan = Readonly<{ lengths: readonly number[] }>;
const plan: fc.Arbitrary<Plan> = fc.record({
  lengths: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }),
});

const documentsOf = async (store: ProjectionStore, of: ProjectionVersion) => {
  const documents = new Map<string, object>();
  for await (const { key, document } of store.scan(of)) documents.set(key, document);
  return documents;
};

describe('a document writer', () => {
  it('equals the plain fold, however the events are cut into batches', () =>
    fc.assert(
      fc.asyncProperty(plan, async (how) => {
        const store = memoryStore();
        await writeAll(store, version, how);
        expect(await documentsOf(store, version)).toEqual(foldAll(orderSteps, events));
      }),
    ));

  it('equals the plain fold when it crashes between any two writes', () =>
    fc.assert(
      fc.asyncProperty(plan, fc.array(fc.nat(30), { maxLength: 12 }), async (how, crashes) => {
        const left = [...crashes];
        let steps = left.shift() ?? Infinity;
        const store = memoryStore((moment) => {
          steps -= 1;
          if (steps >= 0) return;
          steps = left.shift() ?? Infinity;
          throw new Error(`crashed ${moment}`);
        });
        await writeAll(store, version, how);
        expect(await documentsOf(store, version)).toEqual(foldAll(orderSteps, events));
      }),
    ));

  it('equals the plain fold when two writers overlap', () =>
    fc.assert(
      fc.asyncProperty(plan, plan, fc.scheduler(), async (one, other, scheduler) => {
        const store = memoryStore();
        const slow: ProjectionStore = {
          ...store,
          load: scheduler.scheduleFunction(store.load),
          commit: scheduler.scheduleFunction(store.commit),
        };
        await scheduler.waitFor(Promise.all([writeAll(slow, version, one), writeAll(slow, version, other)]));
        expect(await documentsOf(store, version)).toEqual(foldAll(orderSteps, events));
      }),
      { numRuns: 30 },
    ));
});

describe('an event that a view cannot apply', () => {
  const captures = events.filter(({ type }) => type === 'payments.payment-captured.v1');
  const bad = captures.find(({ subject }) => subject === 'payment-order-1')!;
  /** A refund and a void in the history. */
  const behind = events.filter(
    (event) => event.subject === bad.subject && event.feedposition > bad.feedposition,
  );
  const broken: Projection = defineProjection<object>({
    ...orderSteps,
    apply: {
      ...orderSteps.apply,
      'payments.payment-captured.v1': (document, event) => {
        if (event.id === bad.id) throw new Error('cannot be applied');
        return orderSteps.apply['payments.payment-captured.v1']!(document, event);
      },
    },
  });
  const of = { projection: broken, number: 1 };

  it('becomes a dead letter with its reason, as do the later events of its stream, and no other is missing', async () => {
    const store = memoryStore();
    await writeAll(store, of, { lengths: [] });
    expect(behind).toHaveLength(2);
    expect(store.parked()).toMatchObject([
      { event: bad, state: 'poison', reason: 'cannot be applied' },
      ...behind.map((event) => ({ event, state: 'blocked' })),
    ]);
    const others = events.filter((event) => event.id !== bad.id && !behind.includes(event));
    expect(await documentsOf(store, of)).toEqual(foldAll(orderSteps, others));
  });

  it('becomes a dead letter when `keyOf` throws', async () => {
    const store = memoryStore();
    const blind = defineProjection<object>({
      ...orderSteps,
      keyOf: (event) => {
        if (event.id === bad.id) throw new Error('no document');
        return event.data.orderId;
      },
    });
    await writeAll(store, { projection: blind, number: 1 }, { lengths: [] });
    expect(store.parked().map(({ key, event, reason }) => ({ key, event, reason }))).toEqual([
      { key: undefined, event: bad, reason: 'no document' },
    ]);
  });
});
