import fc from 'fast-check';
import {
  commandHandler,
  memoryStore,
  reject,
  VersionConflict,
  type Aggregate,
  type CommandContext,
  type EventStore,
  type Rejected,
} from '.';

// A counter with a maximum of 3, and a name that only one counter may have.
type State = { total: number; name?: string };
type Command = { type: 'Add'; data: { by: number } } | { type: 'Name'; data: { name: string } };
type Event = { type: 'Added'; data: { by: number } } | { type: 'Named'; data: { name: string } };
type Rejection = 'too-much' | 'name-taken';

type CounterTypes = { state: State; command: Command; event: Event; rejection: Rejection };

const counter: Aggregate<CounterTypes> = {
  version: 1,
  initialState: { total: 0 },
  streamOf: (id) => `counter-${id}`,
  decide: ({ type, data }, { total }) => {
    if (type === 'Name') return [{ type: 'Named', data }];
    if (data.by === 0) return [];
    return total + data.by > 3 ? reject('too-much') : [{ type: 'Added', data }];
  },
  evolve: (state, { type, data }) =>
    type === 'Named' ? { ...state, name: data.name } : { ...state, total: state.total + data.by },
  uniques: (events) => ({
    claims: events.flatMap((event) =>
      event.type === 'Named' ? [{ index: 'name', value: event.data.name }] : [],
    ),
  }),
  uniqueViolation: { name: 'name-taken' },
};

const at = '2026-01-01T00:00:00.000Z';
const request = (commandId: string, fingerprint = commandId): CommandContext => ({
  commandId,
  fingerprint,
  at,
});
const add = (by: number) => ({ type: 'Add', data: { by } }) as const;
const call = (name: string) => ({ type: 'Name', data: { name } }) as const;
const start = (store: EventStore = memoryStore()) => ({ store, counters: commandHandler(counter, store) });

describe('a prepared command', () => {
  const preparing = (store?: EventStore) => {
    const { counters } = start(store);
    const prepare = jest.fn(async (): Promise<Command | Rejected<'closed'>> => add(1));
    const handle = (id: string, fingerprint?: string) =>
      counters.handle<'closed'>('a', prepare, request(id, fingerprint));
    return { counters, prepare, handle };
  };

  it('is decided on the state that it was prepared from', async () => {
    const { counters, handle, prepare } = preparing();
    await counters.handle('a', add(2), request('1'));
    expect(await handle('2')).toMatchObject({ status: 'accepted', revision: 2 });
    expect(prepare).toHaveBeenCalledWith({ total: 2 });
  });

  it.each(['accepted', 'rejected'] as const)(
    'that was %s is not prepared again by a repeat',
    async (first) => {
      const store = memoryStore();
      const { handle, prepare } = preparing(store);
      if (first === 'rejected') prepare.mockResolvedValueOnce(reject('closed'));
      const outcome = await handle('1');
      expect(outcome.status).toBe(first);
      prepare.mockResolvedValue(first === 'accepted' ? reject('closed') : add(1));
      expect(await handle('1')).toEqual({ ...outcome, repeated: true });
      expect(prepare).toHaveBeenCalledTimes(1);
      const elsewhere = preparing(store);
      expect(await elsewhere.handle('1')).toEqual({ ...outcome, repeated: true });
      expect(elsewhere.prepare).not.toHaveBeenCalled();
      expect(await handle('1', 'another request')).toEqual({ status: 'id-reused' });
    },
  );

  it('is not recorded if its preparation fails', async () => {
    const { handle, prepare } = preparing();
    prepare.mockRejectedValueOnce(new Error('no response'));
    await expect(handle('1')).rejects.toThrow('no response');
    expect(await handle('1')).toMatchObject({ status: 'accepted', repeated: false });
  });

  it('is prepared again after another writer won', async () => {
    const store = memoryStore();
    const { handle, prepare } = preparing(store);
    prepare.mockImplementationOnce(async () => {
      await start(store).counters.handle('a', add(1), request('other'));
      return add(1);
    });
    expect(await handle('1')).toMatchObject({ status: 'accepted', revision: 2 });
    expect(prepare).toHaveBeenCalledTimes(2);
  });
});

describe('a vetoed command', () => {
  it('is rejected and recorded, unless its id has an outcome', async () => {
    const { counters } = start();
    const veto = jest.fn((): string | undefined => 'on-purpose');
    const accepted = await counters.handle('a', add(1), request('1'));
    expect(await counters.handle('a', add(1), { ...request('1'), veto })).toEqual({
      ...accepted,
      repeated: true,
    });
    expect(veto).not.toHaveBeenCalled();
    const vetoed = { status: 'rejected', reason: 'on-purpose' };
    expect(await counters.handle('a', add(1), { ...request('2'), veto })).toMatchObject(vetoed);
    expect(await counters.handle('a', add(1), request('2'))).toMatchObject({ ...vetoed, repeated: true });
    expect((await counters.load('a')).state.total).toBe(1);
  });
});

describe('a command handler', () => {
  it('appends the decided events and returns the new revision', async () => {
    const { counters } = start();
    expect(await counters.handle('a', add(1), request('1'))).toEqual({
      status: 'accepted',
      stream: 'counter-a',
      revision: 1,
      events: [{ type: 'Added', data: { by: 1 } }],
      repeated: false,
    });
    expect((await counters.load('a')).state.total).toBe(1);
  });

  it('returns the recorded outcome to a repeat, even after later commits and in another process', async () => {
    const { store, counters } = start();
    const first = await counters.handle('a', add(2), request('1'));
    await counters.handle('a', add(1), request('2'));
    const again = { ...first, repeated: true };
    expect(await counters.handle('a', add(2), request('1'))).toEqual(again);
    expect(await start(store).counters.handle('a', add(2), request('1'))).toEqual(again);
    expect((await counters.load('a')).state.total).toBe(3);
  });

  describe('with an expected revision', () => {
    const expecting = (revision: number, id: string) => ({ ...request(id), expectedRevisions: [revision] });

    it('accepts a command while the stream is at that revision', async () => {
      const { counters } = start();
      expect(await counters.handle('a', add(1), expecting(0, '1'))).toMatchObject({ revision: 1 });
      expect(await counters.handle('a', add(1), expecting(1, '2'))).toMatchObject({ revision: 2 });
    });

    it('does nothing once the stream has moved on, even by another process', async () => {
      const { store, counters } = start();
      await counters.handle('a', add(1), request('1'));
      await start(store).counters.handle('a', add(1), request('2'));
      const differs = { status: 'revision-differs', stream: 'counter-a', revision: 2 };
      expect(await counters.handle('a', add(1), expecting(1, '3'))).toEqual(differs);
      expect(await counters.handle('a', add(1), expecting(3, '3'))).toEqual(differs);
      expect((await counters.load('a')).state.total).toBe(2);
    });

    it('gets the outcome of a first attempt that is stored between its two reads', async () => {
      const store = memoryStore();
      const conditional = { ...request('1'), expectedRevisions: [0] };
      const first = start(store).counters;
      const late: EventStore = {
        ...store,
        read: async (...range) => {
          await first.handle('a', add(1), conditional);
          return store.read(...range);
        },
      };
      expect(await start(late).counters.handle('a', add(1), conditional)).toMatchObject({
        status: 'accepted',
        revision: 1,
        repeated: true,
      });
    });

    it.each<readonly [readonly number[] | 'any', 'accepted' | 'revision-differs']>([
      [[1], 'accepted'],
      [[7, 1, 3], 'accepted'],
      ['any', 'accepted'],
      [[0, 2], 'revision-differs'],
      [[], 'revision-differs'],
    ])('of %j is %s at revision 1', async (expectedRevisions, status) => {
      const { counters } = start();
      await counters.handle('a', add(1), request('1'));
      expect(await counters.handle('a', add(1), { ...request('2'), expectedRevisions })).toMatchObject({
        status,
      });
    });

    it('of any rejects a stream without commits', async () => {
      const { counters } = start();
      expect(await counters.handle('a', add(1), { ...request('1'), expectedRevisions: 'any' })).toMatchObject(
        { status: 'revision-differs', revision: 0 },
      );
    });

    it('returns the recorded outcome to a repeat, whose own commit moved the stream on', async () => {
      const { counters } = start();
      await counters.handle('a', add(1), expecting(0, '1'));
      expect(await counters.handle('a', add(1), expecting(0, '1'))).toMatchObject({
        status: 'accepted',
        repeated: true,
      });
    });

    it('accepts one of two concurrent commands', async () => {
      const { store } = start();
      const outcomes = await Promise.all(
        ['1', '2'].map((id) => start(store).counters.handle('a', add(1), expecting(0, id))),
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['accepted', 'revision-differs']);
    });
  });

  it('records a rejection and returns it to a repeat', async () => {
    const { counters } = start();
    await counters.handle('a', add(3), request('1'));
    const rejected = { status: 'rejected', stream: 'counter-a', revision: 1, reason: 'too-much' };
    expect(await counters.handle('a', add(1), request('2'))).toEqual({ ...rejected, repeated: false });
    expect(await counters.handle('a', add(1), request('2'))).toEqual({ ...rejected, repeated: true });
  });

  it('detects a command id that was used for a different request', async () => {
    const { counters } = start();
    await counters.handle('a', add(1), request('1', 'one'));
    expect(await counters.handle('a', add(2), request('1', 'other'))).toEqual({ status: 'id-reused' });
    expect(await counters.handle('b', add(1), request('1', 'other'))).toEqual({ status: 'id-reused' });
    expect((await counters.load('b')).revision).toBe(0);
  });

  it('commits nothing if there is nothing to do', async () => {
    const { store, counters } = start();
    expect(await counters.handle('a', add(0), request('1'))).toEqual({
      status: 'unchanged',
      stream: 'counter-a',
      revision: 0,
      repeated: false,
    });
    expect(await store.read('counter-a', 0, 10)).toEqual([]);
  });

  it('records that there was nothing to do, and detects reuse of its command id', async () => {
    const { store, counters } = start();
    await counters.handle('a', add(1), request('1'));
    const unchanged = { status: 'unchanged', stream: 'counter-a', revision: 1, repeated: false };
    expect(await counters.handle('a', add(0), request('2'))).toEqual(unchanged);
    await counters.handle('a', add(1), request('3'));
    expect(await start(store).counters.handle('a', add(0), request('2'))).toEqual({
      ...unchanged,
      repeated: true,
    });
    expect(await counters.handle('a', add(1), request('2', 'other'))).toEqual({ status: 'id-reused' });
    expect((await counters.load('a')).state.total).toBe(2);
  });

  it('decides again after losing to another replica, and rejects a command that no longer fits', async () => {
    const store = memoryStore();
    const [one, two] = [start(store).counters, start(store).counters];
    await one.handle('a', add(1), request('1'));
    await two.handle('a', add(1), request('2'));
    expect(await one.handle('a', add(1), request('3'))).toMatchObject({ status: 'accepted', revision: 3 });
    expect(await two.handle('a', add(1), request('4'))).toMatchObject({
      status: 'rejected',
      reason: 'too-much',
    });
  });

  it('never rejects a command because of a stale cached state', async () => {
    const store = memoryStore();
    const raised: typeof counter = {
      ...counter,
      decide: ({ type, data }, { total }) =>
        type === 'Name'
          ? []
          : total < data.by
            ? reject('too-much')
            : [{ type: 'Added', data: { by: -data.by } }],
    };
    const [spender, funder] = [commandHandler(raised, store), commandHandler(counter, store)];
    expect(await spender.handle('a', add(1), request('1'))).toMatchObject({ reason: 'too-much' });
    await funder.handle('a', add(2), request('2'));
    expect(await spender.handle('a', add(1), request('3'))).toMatchObject({
      status: 'accepted',
      revision: 2,
    });
  });

  it('accepts one of several claims of a unique value and rejects the others', async () => {
    const { counters } = start();
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map((id) => counters.handle(id, call('Ada'), request(id))),
    );
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(1);
    expect(
      outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.reason === 'name-taken'),
    ).toHaveLength(2);
  });

  it('loads from a snapshot, but ignores one of another decider version', async () => {
    const { store, counters } = start();
    for (let number = 1; number <= 3; number += 1) await counters.handle('a', add(1), request(`${number}`));
    await store.saveSnapshot('counter-a', { revision: 2, deciderVersion: 1, state: { total: 100 }, at });
    expect((await start(store).counters.load('a')).state.total).toBe(101);
    await store.saveSnapshot('counter-a', { revision: 2, deciderVersion: 2, state: { total: 100 }, at });
    expect((await start(store).counters.load('a')).state.total).toBe(3);
  });

  it('saves a snapshot every `snapshotEvery` commits', async () => {
    const store = memoryStore();
    const counters = commandHandler(counter, store, { snapshotEvery: 2 });
    for (let number = 1; number <= 3; number += 1) await counters.handle('a', add(1), request(`${number}`));
    expect(await store.loadSnapshot('counter-a')).toEqual({
      revision: 2,
      deciderVersion: 1,
      state: { total: 2 },
      at,
    });
  });

  it('reports a snapshot or cached state that differs from the fold of the commits', async () => {
    const { store, counters } = start();
    for (const id of ['1', '2', '3']) await counters.handle('a', add(1), request(id));
    const right = { revision: 3, state: { total: 3 }, events: 3, differs: [] };
    expect(await counters.verifyReplay('a')).toEqual(right);
    await store.saveSnapshot('counter-a', { revision: 2, deciderVersion: 1, state: { total: 2 }, at });
    expect(await counters.verifyReplay('a')).toEqual(right);
    await store.saveSnapshot('counter-a', { revision: 2, deciderVersion: 1, state: { total: 20 }, at });
    expect(await counters.verifyReplay('a')).toMatchObject({ differs: ['snapshot'] });
    const misled = start(store).counters;
    expect((await misled.load('a')).state.total).toBe(21);
    expect(await misled.verifyReplay('a')).toMatchObject({
      state: { total: 3 },
      differs: ['snapshot', 'cache'],
    });
    await store.saveSnapshot('counter-a', { revision: 9, deciderVersion: 1, state: { total: 9 }, at });
    expect(await counters.verifyReplay('a')).toMatchObject({ revision: 3, differs: ['snapshot'] });
  });

  it.each([
    ['that the stream holds and another one owns', 'counter-b'],
    ['that the stream holds and no one owns', undefined],
  ])('reports a unique value %s', async (_what, owner) => {
    const { store, counters } = start();
    await counters.handle('a', call('ada'), request('1'));
    const wrong: EventStore = { ...store, ownerOf: async () => owner };
    expect(await counters.verifyReplay('a')).toMatchObject({ differs: [] });
    expect(await start(wrong).counters.verifyReplay('a')).toMatchObject({
      differs: ['ownership of a unique value'],
    });
  });

  it('reports a unique value that the stream has released and still owns', async () => {
    const freed: Aggregate<CounterTypes> = {
      ...counter,
      uniques: (events, { name }) => ({
        ...counter.uniques!(events, { total: 0 }),
        ...(name !== undefined && { releases: [{ index: 'name', value: name }] }),
      }),
    };
    const store = memoryStore();
    const counters = commandHandler(freed, store);
    await counters.handle('a', call('ada'), request('1'));
    await counters.handle('a', call('bob'), request('2'));
    expect(await counters.verifyReplay('a')).toMatchObject({ differs: [] });
    const stale: EventStore = { ...store, ownerOf: async () => 'counter-a' };
    expect(await commandHandler(freed, stale).verifyReplay('a')).toMatchObject({
      differs: ['ownership of a unique value'],
    });
  });

  it('returns past states by revision and by time, and the history', async () => {
    const { counters } = start();
    for (const day of [1, 2, 3])
      await counters.handle('a', add(1), { ...request(`${day}`), at: `2026-01-0${day}T00:00:00.000Z` });
    expect((await counters.stateAtRevision('a', 2)).state.total).toBe(2);
    expect((await counters.stateAtTime('a', '2026-01-02T12:00:00Z')).revision).toBe(2);
    expect((await counters.history('a', 1, 10)).map(({ revision }) => revision)).toEqual([2, 3]);
  });

  it('keeps the times of a stream in order and state at a time a beginning of it, whatever the clocks of its replicas show', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ replica: fc.nat(2), clock: fc.nat(10_000) }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (writes, snapshotEvery) => {
          const store = memoryStore();
          const replicas = [0, 1, 2].map(() =>
            commandHandler(counter, store, { snapshotEvery, cachedStreams: 1 }),
          );
          for (const [index, { replica, clock }] of writes.entries()) {
            const context = { ...request(`${index}`), at: new Date(clock * 1_000).toISOString() };
            await replicas[replica]!.handle('a', call(`name ${index}`), context);
            await replicas[replica]!.handle('b', call(`other ${index}`), {
              ...context,
              commandId: `b${index}`,
            });
          }
          const times = (await store.read('counter-a', 0, 100)).map((commit) => Date.parse(commit.at));
          expect(times).toHaveLength(writes.length);
          expect(times).toEqual(times.toSorted((one, other) => one - other));
          for (const clock of writes.map((one) => one.clock * 1_000)) {
            const { revision } = await replicas[0]!.stateAtTime('a', new Date(clock).toISOString());
            expect(revision).toBe(times.filter((time) => time <= clock).length);
          }
        },
      ),
    ));

  it('ends the state at a time before the first commit that is later, even if clocks once went back', async () => {
    const { store, counters } = start();
    for (const [index, day] of ['02', '03', '01'].entries())
      await store.append({
        commandId: day,
        outcome: { fingerprint: day, stream: 'counter-a', revision: index + 1 },
        commit: {
          stream: 'counter-a',
          revision: index + 1,
          events: [{ type: 'Added', version: 1, data: { by: 1 } }],
          commandId: day,
          at: `2026-01-${day}T00:00:00.000Z`,
        },
      });
    expect((await counters.stateAtTime('a', '2026-01-02T12:00:00Z')).revision).toBe(1);
    expect((await counters.stateAtTime('a', '2026-01-01T12:00:00Z')).revision).toBe(0);
  });

  it('rejects a command while a value that must be absent is owned', async () => {
    const store = memoryStore();
    const guarded: Aggregate<CounterTypes> = {
      ...counter,
      uniques: () => ({ absent: [{ index: 'name', value: 'closed' }] }),
    };
    const counters = commandHandler(guarded, store);
    expect(await counters.handle('a', add(1), request('1'))).toMatchObject({ status: 'accepted' });
    await start(store).counters.handle('b', call('closed'), request('2'));
    const rejected = { status: 'rejected', reason: 'name-taken' };
    expect(await counters.handle('a', add(1), request('3'))).toMatchObject(rejected);
    expect(await counters.handle('a', add(1), request('3'))).toMatchObject({ ...rejected, repeated: true });
  });

  it('upcasts old versions of events when loading', async () => {
    const store = memoryStore();
    const commit = { stream: 'counter-a', revision: 1, commandId: '1', at: '2026-01-01T00:00:00.000Z' };
    const events = [{ type: 'Added', version: 1, data: { amount: 2 } }];
    await store.append({
      commandId: '1',
      outcome: { fingerprint: '1', stream: 'counter-a', revision: 1 },
      commit: { ...commit, events },
    });
    const renamed: Aggregate<CounterTypes> = {
      ...counter,
      upcasters: { Added: [({ amount }: { amount: number }) => ({ by: amount })] },
    };
    const counters = commandHandler(renamed, store);
    expect((await counters.load('a')).state.total).toBe(2);
    await counters.handle('a', add(1), request('2'));
    expect((await store.read('counter-a', 1, 1))[0]?.events).toEqual([
      { type: 'Added', version: 2, data: { by: 1 } },
    ]);
  });

  it('throws VersionConflict after losing every attempt', async () => {
    const losing = { ...memoryStore(), append: () => Promise.reject(new VersionConflict('lost')) };
    await expect(start(losing).counters.handle('a', add(1), request('1'))).rejects.toThrow(VersionConflict);
  });

  it('drops its cache after an outage, since the write may have taken effect', async () => {
    const store = memoryStore();
    let down = false;
    const flaky: EventStore = {
      ...store,
      append: async (append) => {
        await store.append(append);
        if (down) throw new Error('no response');
      },
    };
    const { counters } = start(flaky);
    await counters.handle('a', add(1), request('1'));
    down = true;
    await expect(counters.handle('a', add(1), request('2'))).rejects.toThrow('no response');
    down = false;
    expect(await counters.handle('a', add(1), request('2'))).toMatchObject({ revision: 2, repeated: true });
  });
});
