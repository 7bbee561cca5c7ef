import fc from 'fast-check';
import type { StoredDocument } from './checkpoints';
import { documentCache } from './document-cache';
import { documentWriter } from './document-writer';
import type { ProjectionVersion } from './projection';
import { memoryStore } from './stores/memory';
import type { ProjectionStore } from './stores/store';
import { orderSteps } from '../testing/sample-projections';
import { feedOf, type Fact } from '../testing/spec';

const at = (rev: number, key = 'a'): StoredDocument => ({
  key,
  rev,
  applied: {},
  blocked: [],
  document: { rev },
});

describe('a document in the memory of its writer', () => {
  it('is current after a load and after a write', () => {
    const cache = documentCache();
    cache.endLoad(cache.beginLoad('a'), at(3));
    expect(cache.current('a')).toEqual(at(3));
    cache.beginWrite([at(3)]);
    cache.endWrite([at(3)], true);
    expect(cache.current('a')).toMatchObject({ rev: 4 });
  });

  it('is not current while a write is under way, but the writer knows it', () => {
    const cache = documentCache();
    cache.endLoad(cache.beginLoad('a'), at(3));
    cache.beginWrite([at(3)]);
    expect(cache.current('a')).toBeUndefined();
    expect(cache.known('a')).toEqual(at(3));
  });

  it.each(['begins', 'ends', 'begins and ends'])(
    'is not what was loaded when a write of it %s meanwhile',
    (what) => {
      const cache = documentCache();
      if (what === 'ends') cache.beginWrite([at(3)]);
      const load = cache.beginLoad('a');
      if (what !== 'ends') cache.beginWrite([at(3)]);
      if (what !== 'begins') cache.endWrite([at(3)], true);
      cache.endLoad(load, at(3));
      expect(cache.current('a')?.rev).toBe(what === 'begins' ? undefined : 4);
    },
  );

  it('is not current after a failed write until it has a later `rev`', () => {
    const cache = documentCache();
    cache.beginWrite([at(3)]); // Its outcome never becomes known.
    cache.endLoad(cache.beginLoad('a'), at(3));
    expect(cache.current('a')).toBeUndefined();
    cache.endLoad(cache.beginLoad('a'), at(4));
    expect(cache.current('a')).toEqual(at(4));
  });

  it('is forgotten, with all others and with loads under way, when another writer shows', () => {
    const cache = documentCache();
    cache.endLoad(cache.beginLoad('b'), at(1, 'b'));
    const load = cache.beginLoad('c');
    cache.beginWrite([at(3)]);
    cache.endWrite([at(3)], false);
    cache.endLoad(load, at(1, 'c'));
    for (const key of ['a', 'b', 'c']) expect(cache.current(key)).toBeUndefined();
  });

  it('is not kept when it is not stored', () => {
    const cache = documentCache();
    cache.endLoad(cache.beginLoad('a'), at(0));
    expect(cache.known('a')).toBeUndefined();
  });
});

describe('reads at the only writer', () => {
  const version: ProjectionVersion = { projection: orderSteps, number: 1 };
  const confirmations = feedOf(
    Array.from({ length: 12 }, (): Fact => ({
      type: 'orders.order-confirmed.v1',
      data: { orderId: 'a', customerId: 'ada', totalCents: 100, currency: 'EUR' },
      stream: 'a',
    })),
  );
  type Fault = 'none' | 'before' | 'after' | 'later';
  const faults = fc.constantFrom<Fault>('none', 'none', 'none', 'before', 'after', 'later');

  it('return a document as it was stored at a moment between their start and their end, also if writes fail', () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(faults, { maxLength: 8 }), async (scheduler, plan) => {
        const memory = memoryStore();
        const stored = async (): Promise<number> => (await memory.load(version, ['a']))[0]!.rev;
        const commit = scheduler.scheduleFunction(memory.commit);
        const left = [...plan];
        const store: ProjectionStore = {
          ...memory,
          // A request and its response both take time.
          load: async (...about) => {
            const loaded = await scheduler.scheduleFunction(memory.load)(...about);
            return scheduler.schedule(Promise.resolve(loaded));
          },
          commit: async (...about) => {
            const fault = left.shift() ?? 'none';
            if (fault === 'before') throw new Error('not sent');
            if (fault === 'later') {
              void commit(...about);
              throw new Error('no response yet');
            }
            const outcome = await commit(...about);
            if (fault === 'after') throw new Error('no response');
            return scheduler.schedule(Promise.resolve(outcome));
          },
        };
        const writer = documentWriter({ version, store });
        const write = async (): Promise<void> => {
          for (let attempts = 0; attempts < 12; attempts += 1) {
            const from = (await memory.checkpoints(version)).get('orders/0')?.position ?? 0;
            const batch = { feedPartition: 'orders/0', from, to: from + 1, events: [confirmations[from]!] };
            await writer.apply([batch]).catch(() => undefined);
          }
        };
        const read = async (): Promise<void> => {
          for (let reads = 0; reads < 6; reads += 1) {
            const least = await stored();
            const { rev } = await writer.read('a');
            expect(rev).toBeGreaterThanOrEqual(least);
            expect(rev).toBeLessThanOrEqual(await stored());
            await scheduler.schedule(Promise.resolve());
          }
        };
        await scheduler.waitFor(Promise.all([write(), read(), read()]));
      }),
      { numRuns: 300 },
    ));
});
