import { commandHandler, memoryStore, reject, type Aggregate, type CommandContext, type EventStore } from '.';

// A tank of 10 litres. Its first filling begins its stream.
type TankTypes = {
  state: { litres: number };
  command: { type: 'Fill'; data: { litres: number } } | { type: 'Drain'; data: object };
  event: { type: 'Filled'; data: { litres: number } } | { type: 'Drained'; data: object };
  rejection: 'full';
};

const tank: Aggregate<TankTypes> = {
  version: 1,
  initialState: { litres: 0 },
  streamOf: (id) => `tank-${id}`,
  decide: (command, { litres }) => {
    if (command.type === 'Drain') return [{ type: 'Drained', data: {} }];
    return litres + command.data.litres > 10 ? reject('full') : [{ type: 'Filled', data: command.data }];
  },
  evolve: ({ litres }, event) => ({ litres: event.type === 'Drained' ? 0 : litres + event.data.litres }),
  begunBy: ['Fill'],
};

const request = (commandId: string, fingerprint = commandId): CommandContext => ({
  commandId,
  fingerprint,
  at: '2026-01-01T00:00:00.000Z',
});
const fill = (litres: number) => ({ type: 'Fill', data: { litres } }) as const;
const drain = { type: 'Drain', data: {} } as const;

/** A process with nothing in its cache, and the names of its reads. */
const replica = (store: EventStore) => {
  const reads: string[] = [];
  const noted =
    <A extends readonly unknown[], R>(name: string, method: (...args: A) => R) =>
    (...args: A): R => {
      reads.push(name);
      return method(...args);
    };
  const tanks = commandHandler(tank, {
    ...store,
    read: noted('commits', store.read),
    loadSnapshot: noted('snapshot', store.loadSnapshot),
    outcomeOf: noted('outcome', store.outcomeOf),
  });
  return { tanks, reads };
};

describe('a stream that is not cached', () => {
  it.each([0, 1, 3, 4, 5, 9])('is loaded with %i commits', async (commits) => {
    const store = memoryStore();
    const { tanks } = replica(store);
    for (let number = 1; number <= commits; number += 1)
      await tanks.handle('a', fill(1), request(`${number}`));
    expect(await replica(store).tanks.load('a')).toMatchObject({
      revision: commits,
      state: { litres: commits },
    });
  });

  it.each([1, 3, 5])(
    'is loaded from a snapshot of revision %i and the commits after it',
    async (revision) => {
      const store = memoryStore();
      const { tanks } = replica(store);
      for (let number = 1; number <= 6; number += 1) await tanks.handle('a', fill(1), request(`${number}`));
      await store.saveSnapshot('tank-a', { revision, deciderVersion: 1, state: { litres: 100 }, at: '' });
      expect(await replica(store).tanks.load('a')).toMatchObject({
        revision: 6,
        state: { litres: 100 + 6 - revision },
      });
    },
  );

  it('is loaded by reads that begin at the same time', async () => {
    const { tanks, reads } = replica(memoryStore());
    const handled = tanks.handle('a', drain, request('1'));
    expect(reads.toSorted()).toEqual(['commits', 'outcome', 'snapshot']);
    expect(await handled).toMatchObject({ status: 'accepted', revision: 1 });
    expect(reads).toHaveLength(3);
  });
});

describe('a command that begins a stream', () => {
  it('reads nothing when it is accepted', async () => {
    const { tanks, reads } = replica(memoryStore());
    const accepted = { status: 'accepted', revision: 1, repeated: false };
    expect(await tanks.handle('a', fill(1), request('1'))).toMatchObject(accepted);
    expect(reads).toEqual([]);
  });

  it('is decided on the commits of another replica if there are any', async () => {
    const store = memoryStore();
    await replica(store).tanks.handle('a', fill(7), request('1'));
    expect(await replica(store).tanks.handle('a', fill(4), request('2'))).toMatchObject({
      status: 'rejected',
      reason: 'full',
      revision: 1,
    });
    expect(await replica(store).tanks.handle('a', fill(3), request('3'))).toMatchObject({
      status: 'accepted',
      revision: 2,
    });
  });

  it('gets its recorded outcome when another replica repeats it', async () => {
    const store = memoryStore();
    const first = await replica(store).tanks.handle('a', fill(1), request('1'));
    expect(await replica(store).tanks.handle('a', fill(1), request('1'))).toEqual({
      ...first,
      repeated: true,
    });
    expect(await replica(store).tanks.handle('b', fill(1), request('1', 'other'))).toEqual({
      status: 'id-reused',
    });
  });

  it('is rejected after a read, and for good', async () => {
    const { tanks, reads } = replica(memoryStore());
    expect(await tanks.handle('a', fill(11), request('1'))).toMatchObject({ reason: 'full' });
    expect(reads).toContain('outcome');
    expect(await tanks.handle('a', fill(11), request('1'))).toMatchObject({ reason: 'full', repeated: true });
  });
});

describe('a prepared command that begins a stream', () => {
  const preparing = (litres: number) => jest.fn(async () => fill(litres));

  it('reads nothing when it is accepted', async () => {
    const { tanks, reads } = replica(memoryStore());
    const prepare = preparing(1);
    const accepted = { status: 'accepted', revision: 1, repeated: false };
    expect(await tanks.handle('a', prepare, request('1'))).toMatchObject(accepted);
    expect(reads).toEqual([]);
    expect(prepare).toHaveBeenCalledTimes(1);
  });

  it('is prepared and decided on the commits of another replica if there are any', async () => {
    const store = memoryStore();
    await replica(store).tanks.handle('a', fill(7), request('1'));
    const prepare = preparing(4);
    expect(await replica(store).tanks.handle('a', prepare, request('2'))).toMatchObject({
      status: 'rejected',
      reason: 'full',
      revision: 1,
    });
    expect(prepare.mock.calls).toEqual([[{ litres: 0 }], [{ litres: 7 }]]);
  });

  it.each(['accepted', 'rejected', 'failed'] as const)(
    'gets its recorded outcome when another replica repeats it, with a preparation that is %s by then',
    async (now) => {
      const store = memoryStore();
      const first = await replica(store).tanks.handle('a', preparing(1), request('1'));
      const prepare = jest.fn(async () => {
        if (now === 'failed') throw new Error('no response');
        return now === 'rejected' ? reject('full') : fill(2);
      });
      expect(await replica(store).tanks.handle('a', prepare, request('1'))).toEqual({
        ...first,
        repeated: true,
      });
    },
  );

  it('is rejected by a veto, for good', async () => {
    const { tanks } = replica(memoryStore());
    const vetoed = { ...request('1'), veto: () => 'full' };
    expect(await tanks.handle('a', preparing(1), vetoed)).toMatchObject({ reason: 'full' });
    expect(await tanks.handle('a', preparing(1), request('1'))).toMatchObject({
      reason: 'full',
      repeated: true,
    });
  });

  it('fails if its preparation fails, and records nothing', async () => {
    const { tanks } = replica(memoryStore());
    const broken = (): Promise<never> => Promise.reject(new Error('no response'));
    await expect(tanks.handle('a', broken, request('1'))).rejects.toThrow('no response');
    expect(await tanks.handle('a', preparing(1), request('1'))).toMatchObject({ repeated: false });
  });

  it('is decided on a fresh read if it begins no stream', async () => {
    const { tanks, reads } = replica(memoryStore());
    expect(await tanks.handle('a', async () => drain, request('1'))).toMatchObject({ status: 'accepted' });
    expect(reads.toSorted()).toEqual(['commits', 'outcome', 'snapshot']);
  });
});
