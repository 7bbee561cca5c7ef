import fc from 'fast-check';
import { groupCommit } from './group-commit';

class Conflict extends Error {}

type Item = Readonly<{ id: number; keys: readonly string[]; bytes: number }>;
type Batch = Readonly<{ items: readonly Item[]; done: (error?: Error) => void }>;

const LIMITS = { batchItems: 4, batchBytes: 100, inFlight: 2 };

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A database whose transactions end when the test resolves them. */
const rig = (limits = LIMITS) => {
  const running: Batch[] = [];
  const commit = groupCommit<Item>({
    execute: (items) =>
      new Promise((resolve, reject) => {
        const batch: Batch = {
          items,
          done: (error) => {
            running.splice(running.indexOf(batch), 1);
            if (error) reject(error);
            else resolve();
          },
        };
        running.push(batch);
      }),
    keysOf: ({ keys }) => keys,
    bytesOf: ({ bytes }) => bytes,
    isConflict: (error) => error instanceof Conflict,
    ...limits,
  });
  return { commit, running };
};

const item = (id: number, keys: readonly string[] = [`k${id}`], bytes = 10): Item => ({ id, keys, bytes });
const ids = (running: readonly Batch[]) => running.map(({ items }) => items.map(({ id }) => id));

describe('groupCommit', () => {
  it('sends concurrent writes in one batch, and later ones once a slot is free', async () => {
    const { commit, running } = rig({ ...LIMITS, inFlight: 1 });
    const first = [item(1), item(2)].map(commit);
    await turn();
    const later = [item(3), item(4)].map(commit);
    await turn();
    expect(ids(running)).toEqual([[1, 2]]);
    running[0]!.done();
    await Promise.all(first);
    expect(ids(running)).toEqual([[3, 4]]);
    running[0]!.done();
    await Promise.all(later);
  });

  it('respects its limits of items, bytes and concurrent batches', async () => {
    const { commit, running } = rig();
    const sizes = [10, 10, 10, 10, 60, 30, 20, 500, 1];
    const all = Promise.all(sizes.map((bytes, id) => commit(item(id, [`k${id}`], bytes))));
    await turn();
    expect(ids(running)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 8],
    ]);
    running[0]!.done();
    await turn();
    expect(ids(running)).toEqual([[4, 5, 8], [6]]);
    running[1]!.done();
    await turn();
    expect(ids(running)).toEqual([[4, 5, 8], [7]]);
    while (running[0]) running[0].done();
    await all;
  });

  it('holds a write back while another one of the same key is in flight', async () => {
    const { commit, running } = rig();
    const all = Promise.all([item(1, ['a', 'b']), item(2, ['b', 'c']), item(3, ['d'])].map(commit));
    await turn();
    expect(ids(running)).toEqual([[1, 3]]);
    running[0]!.done();
    await turn();
    expect(ids(running)).toEqual([[2]]);
    running[0]!.done();
    await all;
  });

  it('repeats the writes of a batch with a conflict one by one, so that only those in conflict fail', async () => {
    const { commit, running } = rig();
    const settled = Promise.allSettled([item(1), item(2), item(3)].map(commit));
    await turn();
    running[0]!.done(new Conflict());
    await turn();
    expect(ids(running)).toEqual([[1], [2]]);
    running[1]!.done(new Conflict());
    await turn();
    expect(ids(running)).toEqual([[1], [3]]);
    while (running[0]) running[0].done();
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('fails the whole batch on any other error and accepts further writes', async () => {
    const { commit, running } = rig();
    const settled = Promise.allSettled([item(1), item(2)].map(commit));
    await turn();
    running[0]!.done(new Error('gone'));
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = commit(item(3));
    await turn();
    running[0]!.done();
    await next;
  });
});

/** How the database treats an item each time. */
type Fate = 'ok' | 'conflict' | 'outage';

type Arrival = Readonly<{ keys: string[]; bytes: number; fate: Fate; pause: boolean }>;

const arrivals: fc.Arbitrary<Arrival[]> = fc.array(
  fc.record({
    keys: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { minLength: 1, maxLength: 3 }),
    bytes: fc.integer({ min: 1, max: 120 }),
    fate: fc.constantFrom<Fate>('ok', 'ok', 'ok', 'conflict', 'outage'),
    pause: fc.boolean(),
  }),
  { maxLength: 40 },
);

describe('groupCommit with any arrivals and any order of completion', () => {
  const outcomeOf = (items: readonly Item[], fates: readonly Fate[]): Error | undefined => {
    const met = items.map(({ id }) => fates[id]);
    if (met.includes('outage')) return new Error('outage');
    return met.includes('conflict') ? new Conflict() : undefined;
  };

  const check = async (plan: readonly Arrival[], picks: readonly number[]) => {
    const { commit, running } = rig();
    const fates = plan.map(({ fate }) => fate);
    const settled = new Map<number, string[]>();
    const written = new Map<number, number>();
    let turns = 0;

    const step = async () => {
      await turn();
      const held = running.flatMap(({ items }) => items.flatMap(({ keys }) => keys));
      expect(new Set(held).size).toBe(held.length);
      expect(running.length).toBeLessThanOrEqual(LIMITS.inFlight);
      for (const { items } of running) {
        expect(items.length).toBeLessThanOrEqual(LIMITS.batchItems);
        if (items.length > 1)
          expect(items.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(LIMITS.batchBytes);
      }
      const batch = running[(picks[turns % picks.length] ?? 0) % Math.max(running.length, 1)];
      turns += 1;
      if (!batch) return false;
      const error = outcomeOf(batch.items, fates);
      if (!error) for (const { id } of batch.items) written.set(id, (written.get(id) ?? 0) + 1);
      batch.done(error);
      return true;
    };

    for (const [id, { keys, bytes, pause }] of plan.entries()) {
      const note = (how: string) => settled.set(id, [...(settled.get(id) ?? []), how]);
      commit({ id, keys, bytes }).then(
        () => note('ok'),
        (error: unknown) => note(error instanceof Conflict ? 'conflict' : 'outage'),
      );
      if (pause) await step();
    }
    while (await step());

    for (const [id, fate] of fates.entries()) {
      const [how, ...more] = settled.get(id) ?? [];
      expect(more).toEqual([]);
      // An outage fails its whole batch; a conflict fails its write only.
      expect(
        fate === 'ok' ? ['ok', 'outage'] : fate === 'conflict' ? ['conflict', 'outage'] : ['outage'],
      ).toContain(how);
      expect(written.get(id) ?? 0).toBe(how === 'ok' ? 1 : 0);
    }
  };

  it('settles every write once, never has a key in flight twice, and fails no write without a conflict', async () => {
    await fc.assert(fc.asyncProperty(arrivals, fc.array(fc.nat(5), { minLength: 1, maxLength: 10 }), check), {
      numRuns: 200,
    });
  });
});
