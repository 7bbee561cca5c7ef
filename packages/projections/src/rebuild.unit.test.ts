import type { EventEnvelope } from '@bankside/contracts';
import fc from 'fast-check';
import { history } from '../testing/history';
import { feedOf } from '../testing/spec';
import { rebuild, rebuildProgress } from './rebuild';
import { feedPartitionOf } from './checkpoints';
import type { RebuildProgress } from './versions';

const events = feedOf(history(400));
const feedPartitions = [...new Set(events.map(feedPartitionOf))];
const feedAt = (feedPartition: string): readonly EventEnvelope[] =>
  events.filter((event) => feedPartitionOf(event) === feedPartition);

/** A feed that grows with every request. */
const growing = (feedPartition: string, step: number) => {
  let known = 0;
  return async ({ after, limit }: Readonly<{ after: number; limit: number }>) => {
    const all = feedAt(feedPartition);
    known = Math.min(all.length, Math.max(known + step, after + 1));
    return { events: all.slice(after, Math.min(known, after + limit)), head: known, partitions: 1 };
  };
};

describe('a rebuild from the feeds', () => {
  it('applies every event once, in the order of its feed, with the sources side by side in time', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 5000 }), {
          minLength: feedPartitions.length,
          maxLength: feedPartitions.length,
        }),
        async (steps) => {
          const applied: EventEnvelope[] = [];
          const options = {
            feeds: feedPartitions.map((feedPartition, index) => ({
              feedPartition,
              partition: 0,
              position: 0,
              pull: growing(feedPartition, steps[index]!),
            })),
            apply: async (runs: readonly Readonly<{ events: readonly EventEnvelope[] }>[]) => {
              const batch = runs.flatMap((run) => run.events);
              const latest = applied.reduce((time, event) => (event.time > time ? event.time : time), '');
              const known = steps.every((step) => step > 4000);
              expect(!known || batch.every(({ time }) => time >= latest)).toBe(true);
              applied.push(...batch);
            },
            mayContinue: () => true,
            onStep: () => undefined,
          };
          await rebuild(options);
          for (const feedPartition of feedPartitions) {
            const ofPartition = applied.filter((event) => feedPartitionOf(event) === feedPartition);
            expect(ofPartition).toEqual(feedAt(feedPartition).slice(0, ofPartition.length));
            expect(ofPartition.length).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 30 },
    ));

  it('applies every event of a feed whose clock went back', async () => {
    const [event] = events as readonly [EventEnvelope];
    const length = 12_000;
    const all = Array.from({ length }, (_, index) => ({
      ...event,
      feedposition: index + 1,
      time: new Date(Date.UTC(2026, 0, 1) + (index < 3 ? 3_600_000 : 0) + index).toISOString(),
    }));
    const feedPartition = feedPartitionOf(event);
    const applied: EventEnvelope[] = [];
    await rebuild({
      feeds: [
        {
          feedPartition,
          partition: 0,
          position: 0,
          pull: async ({ after, limit }) => ({
            events: all.slice(after, after + limit),
            head: length,
            partitions: 1,
          }),
        },
      ],
      apply: async (batches) => void applied.push(...batches.flatMap((batch) => batch.events)),
      mayContinue: () => true,
      onStep: () => undefined,
    });
    expect(applied.map(({ feedposition }) => feedposition)).toEqual(
      all.map(({ feedposition }) => feedposition),
    );
  });

  it('fails at a gap in a feed', async () => {
    const [feedPartition] = feedPartitions as [string];
    const pull = async () => ({ events: feedAt(feedPartition).slice(3, 5), head: 5, partitions: 1 });
    const options = {
      feeds: [{ feedPartition, partition: 0, position: 0, pull }],
      mayContinue: () => true,
    };
    await expect(
      rebuild({ ...options, apply: async () => undefined, onStep: () => undefined }),
    ).rejects.toThrow('no position 1');
  });

  it('fails when a feed ends before its checkpoint', async () => {
    const [feedPartition] = feedPartitions as [string];
    const pull = async () => ({ events: [], head: 5, partitions: 1 });
    const options = {
      feeds: [{ feedPartition, partition: 0, position: 9, pull }],
      mayContinue: () => true,
    };
    await expect(
      rebuild({ ...options, apply: async () => undefined, onStep: () => undefined }),
    ).rejects.toThrow('restored');
  });
});

/** The progress of a rebuild from two feeds of 1,000 events, at these seconds and positions. */
const toldAt = (
  ...looks: readonly (readonly [seconds: number, first: number, second: number] | 'indexing')[]
) => {
  const reported: RebuildProgress[] = [];
  let now = 0;
  const { onStep, onIndexing } = rebuildProgress(
    (progress) => reported.push(progress),
    () => now,
  );
  for (const look of looks) {
    if (look === 'indexing') {
      onIndexing();
      continue;
    }
    const [seconds, first, second] = look;
    now = seconds * 1_000;
    onStep([
      { feedPartition: 'accounts/0', position: first, head: 1_000 },
      { feedPartition: 'orders/0', position: second, head: 1_000 },
    ]);
  }
  return reported;
};

describe('the progress of a rebuild', () => {
  it('has events so far, the total, events per second and seconds left', () =>
    expect(toldAt([0, 0, 0], [2, 300, 200]).at(-1)).toEqual({
      stage: 'events',
      events: 500,
      of: 2_000,
      perSecond: 250,
      secondsLeft: 6,
    }));

  it('measures the speed of a resumed rebuild from where it resumed', () =>
    expect(toldAt([0, 400, 400], [1, 500, 500]).at(-1)).toMatchObject({ perSecond: 200, secondsLeft: 5 }));

  it('ends with no seconds left, at any speed', () =>
    expect(toldAt([0, 1_000, 1_000])).toEqual([
      { stage: 'events', events: 2_000, of: 2_000, perSecond: 0, secondsLeft: 0 },
    ]));

  it('tells when the indexes are created, without an estimate, and does not count their time as slow events', () =>
    expect(toldAt([0, 0, 0], [1, 500, 500], 'indexing', [60, 600, 600], [61, 700, 700])).toMatchObject([
      { stage: 'events', events: 0 },
      { stage: 'events', events: 1_000 },
      { stage: 'indexes', events: 1_000, secondsLeft: null },
      { stage: 'events', events: 1_200 },
      { stage: 'events', events: 1_400, perSecond: 200 },
    ]));

  it('says nothing about the indexes of a rebuild without an event', () =>
    expect(toldAt('indexing')).toEqual([]));

  it('has no estimate before the first event', () =>
    expect(toldAt([0, 0, 0]).at(-1)).toMatchObject({ events: 0, perSecond: 0, secondsLeft: null }));

  it('is reported once a second and at the end', () =>
    expect(
      toldAt([0, 0, 0], [0.9, 1, 0], [1, 2, 0], [1.5, 3, 0], [1.6, 1_000, 1_000]).map(({ events }) => events),
    ).toEqual([0, 2, 2_000]));
});
