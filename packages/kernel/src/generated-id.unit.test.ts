import { commandHandler, createWithGeneratedId, idOf, memoryStore, reject, type Aggregate } from '.';

type Types = Readonly<{
  state: Readonly<{ owner?: string }>;
  command: Readonly<{ type: 'Open'; data: Readonly<{ owner: string }> }>;
  event: Readonly<{ type: 'Opened'; data: Readonly<{ owner: string }> }>;
  rejection: 'number-taken';
}>;

const box: Aggregate<Types> = {
  version: 1,
  initialState: {},
  streamOf: (number) => `box-${number}`,
  decide: ({ data }, { owner }) => {
    if (owner === undefined) return [{ type: 'Opened', data }];
    return owner === data.owner ? [] : reject('number-taken');
  },
  evolve: (_box, { data }) => data,
};

const start = (numbers: readonly string[]) => {
  const boxes = commandHandler(box, memoryStore());
  const seeds: string[] = [];
  const open = (owner: string, commandId: string) =>
    createWithGeneratedId<Types>(
      boxes,
      {
        generate: (seed) => {
          seeds.push(seed);
          return numbers[Number(seed.split('/')[1])]!;
        },
        command: () => ({ type: 'Open', data: { owner } }),
        taken: 'number-taken',
      },
      { commandId, fingerprint: commandId, at: '2026-01-01T00:00:00.000Z' },
    );
  return { open, seeds };
};

describe('creating an aggregate with a generated id', () => {
  it('uses the first id if it is free', async () => {
    const { open, seeds } = start(['1', '2']);
    expect(await open('ada', 'a')).toMatchObject({ status: 'accepted', stream: 'box-1' });
    expect(seeds).toEqual(['a/0']);
  });

  it('generates another id if the first is taken', async () => {
    const { open } = start(['1', '2']);
    await open('ada', 'a');
    expect(await open('bob', 'b')).toMatchObject({ status: 'accepted', stream: 'box-2' });
  });

  it('returns the same id to a repeat of the request', async () => {
    const { open } = start(['1', '2']);
    await open('ada', 'a');
    const first = await open('bob', 'b');
    expect(await open('bob', 'b')).toEqual({ ...first, repeated: true });
  });

  it('returns the rejection once every attempt collides', async () => {
    const { open, seeds } = start(['1', '1', '1', '1', '1']);
    await open('ada', 'a');
    expect(await open('bob', 'b')).toMatchObject({ status: 'rejected', reason: 'number-taken' });
    expect(seeds.slice(1)).toEqual(['b/0', 'b/1', 'b/2', 'b/3', 'b/4']);
  });
});

describe('the id of an aggregate', () => {
  it('is the part of its stream after the prefix', () => expect(idOf(box, 'box-1-2')).toBe('1-2'));
});
