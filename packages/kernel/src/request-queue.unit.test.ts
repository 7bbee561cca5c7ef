import { commandHandler, memoryStore, reject, type Aggregate, type CommandContext, type EventStore } from '.';

const limit = 1_000;

type Types = {
  state: { total: number };
  command: { type: 'Add'; data: { by: number } };
  event: { type: 'Added'; data: { by: number } };
  rejection: 'too-much';
};
const counter: Aggregate<Types> = {
  version: 1,
  initialState: { total: 0 },
  streamOf: (id) => `counter-${id}`,
  decide: ({ data }, { total }) => {
    if (data.by < 0) throw new Error('negative');
    if (data.by === 0) return [];
    return total + data.by > limit ? reject('too-much') : [{ type: 'Added', data }];
  },
  evolve: ({ total }, { data }) => ({ total: total + data.by }),
};
const request = (commandId: string): CommandContext => ({
  commandId,
  fingerprint: commandId,
  at: '2026-01-01T00:00:00.000Z',
});
const add = (by: number) => ({ type: 'Add', data: { by } }) as const;

describe('commands that wait for one stream', () => {
  /** A handler whose cache holds the stream, and the number of commands in each write that succeeded. */
  const counting = async (store = memoryStore()) => {
    const writes: number[] = [];
    const counted: EventStore = {
      ...store,
      append: async (...appends) => {
        await new Promise(setImmediate);
        await store.append(...appends);
        writes.push(appends.length);
      },
    };
    const counters = commandHandler(counter, counted, { snapshotEvery: 4 });
    await counters.handle('a', add(1), request('first'));
    writes.length = 0;
    return { store, writes, counters };
  };
  type Counters = Awaited<ReturnType<typeof counting>>['counters'];
  const all = (counters: Counters, ...commands: readonly (readonly [id: string, by: number])[]) =>
    Promise.allSettled(commands.map(([id, by]) => counters.handle('a', add(by), request(id))));
  const accepted = (revision: number) => ({
    status: 'fulfilled',
    value: { status: 'accepted', revision, repeated: false, events: [{ type: 'Added' }] },
  });

  it('share a write, each decided on the state that the previous one leads to', async () => {
    const { store, writes, counters } = await counting();
    const outcomes = await all(counters, ['1', 1], ['2', 2], ['3', 3], ['4', 4]);
    expect(writes).toEqual([1, 3]); // The first one finds nothing to wait for.
    expect(outcomes).toMatchObject([2, 3, 4, 5].map(accepted));
    expect((await store.read('counter-a', 0, 10)).map(({ commandId }) => commandId)).toEqual([
      'first',
      '1',
      '2',
      '3',
      '4',
    ]);
    expect(await store.loadSnapshot('counter-a')).toMatchObject({ revision: 4, state: { total: 7 } });
    expect(await counters.load('a')).toMatchObject({ revision: 5, state: { total: 11 } });
  });

  it('are decided on a fresh read if they are rejected, have no effect, throw, or repeat one of the write', async () => {
    const { store, writes, counters } = await counting();
    const outcomes = await all(
      counters,
      ['1', 1],
      ['2', limit],
      ['3', 1],
      ['4', 0],
      ['5', 1],
      ['6', -1],
      ['7', 1],
      ['7', 1],
      ['8', 1],
    );
    expect(outcomes).toMatchObject([
      accepted(2),
      { value: { status: 'rejected', reason: 'too-much' } },
      accepted(3),
      { value: { status: 'unchanged' } },
      accepted(4),
      { status: 'rejected', reason: { message: 'negative' } },
      accepted(5),
      { value: { status: 'accepted', revision: 5, repeated: true } },
      accepted(6),
    ]);
    expect(await store.read('counter-a', 0, 10)).toHaveLength(6);
    expect(writes.every((commands) => commands === 1)).toBe(true);
  });

  it('run one by one after a conflict, and only the one in conflict is affected', async () => {
    const { store, writes, counters } = await counting();
    await counters.handle('a', add(1), request('known'));
    writes.length = 0;
    const outcomes = await all(counters, ['1', 1], ['known', 1], ['2', 1]);
    expect(outcomes).toMatchObject([
      accepted(3),
      { value: { status: 'accepted', revision: 2, repeated: true } },
      accepted(4),
    ]);
    expect(await store.read('counter-a', 0, 10)).toHaveLength(4);
    expect(writes).toEqual([1, 1]);
  });

  it('lose no update to another process that writes the same stream', async () => {
    const { store, counters } = await counting();
    const other = await counting(store).then((one) => one.counters);
    const ids = Array.from({ length: 40 }, (_, index) => [`c-${index}`, 1] as const);
    const outcomes = await Promise.all([all(counters, ...ids.slice(0, 20)), all(other, ...ids.slice(20))]);
    expect(outcomes.flat()).toHaveLength(40);
    expect(outcomes.flat().every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await counters.load('a')).toMatchObject({ revision: 41, state: { total: 41 } });
  });

  it('all fail in an outage of their write, and the next one is decided on a fresh read', async () => {
    const store = memoryStore();
    let down = false;
    const flaky: EventStore = {
      ...store,
      append: async (...appends) => {
        await store.append(...appends);
        if (down) throw new Error('no response');
      },
    };
    const { counters } = await counting(flaky);
    down = true;
    const failed = await all(counters, ['1', 1], ['2', 1]);
    expect(failed).toMatchObject(
      [1, 2].map(() => ({ status: 'rejected', reason: { message: 'no response' } })),
    );
    down = false;
    expect(await all(counters, ['2', 1], ['3', 1])).toMatchObject([
      { value: { status: 'accepted', revision: 3, repeated: true } },
      accepted(4),
    ]);
  });
});
