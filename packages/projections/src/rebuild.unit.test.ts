import type { EventEnvelope } from '@bankside/contracts';
import fc from 'fast-check';
import { history } from '../testing/history';
import { feedOf } from '../testing/spec';
import { rebuild } from './rebuild';
import { feedPartitionOf } from './checkpoints';

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
