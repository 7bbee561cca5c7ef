import type { EventEnvelope } from '@bankside/contracts';
import fc from 'fast-check';
import { history } from '../testing/history';
import { feedOf } from '../testing/spec';
import { placeOf } from './document';
import { fill } from './fill';

const events = feedOf(history(400));
const places = [...new Set(events.map(placeOf))];
const feedAt = (place: string): readonly EventEnvelope[] =>
  events.filter((event) => placeOf(event) === place);

/** A feed of which more becomes known with every question. */
const growing = (place: string, step: number) => {
  let known = 0;
  return async ({ after, limit }: Readonly<{ after: number; limit: number }>) => {
    const all = feedAt(place);
    known = Math.min(all.length, Math.max(known + step, after + 1));
    return { events: all.slice(after, Math.min(known, after + limit)), head: known, partitions: 1 };
  };
};

describe('filling a view from the feeds', () => {
  it('applies every event once, in the order of its feed, with the sources side by side in time', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: places.length, maxLength: places.length }),
        async (steps) => {
          const applied: EventEnvelope[] = [];
          const options = {
            places: places.map((place, index) => ({
              place,
              partition: 0,
              position: 0,
              pull: growing(place, steps[index]!),
            })),
            apply: async (runs: readonly Readonly<{ events: readonly EventEnvelope[] }>[]) => {
              const batch = runs.flatMap((run) => run.events);
              const latest = applied.reduce((time, event) => (event.time > time ? event.time : time), '');
              const known = steps.every((step) => step > 4000);
              expect(!known || batch.every(({ time }) => time >= latest)).toBe(true);
              applied.push(...batch);
            },
            goesOn: () => true,
            onStep: () => undefined,
          };
          await fill(options);
          for (const place of places) {
            const ofPlace = applied.filter((event) => placeOf(event) === place);
            expect(ofPlace).toEqual(feedAt(place).slice(0, ofPlace.length));
            expect(ofPlace.length).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 30 },
    ));

  it('stops at an event that its feed lacks', async () => {
    const [place] = places as [string];
    const pull = async () => ({ events: feedAt(place).slice(3, 5), head: 5, partitions: 1 });
    const options = { places: [{ place, partition: 0, position: 0, pull }], goesOn: () => true };
    await expect(fill({ ...options, apply: async () => undefined, onStep: () => undefined })).rejects.toThrow(
      'no position 1',
    );
  });

  it('stops at a feed that ends before what was applied of it', async () => {
    const [place] = places as [string];
    const pull = async () => ({ events: [], head: 5, partitions: 1 });
    const options = { places: [{ place, partition: 0, position: 9, pull }], goesOn: () => true };
    await expect(fill({ ...options, apply: async () => undefined, onStep: () => undefined })).rejects.toThrow(
      'restored',
    );
  });
});
