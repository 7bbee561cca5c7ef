import {
  commandHandler,
  createWithGeneratedId,
  idOf,
  memoryStore,
  reject,
  type Aggregate,
  type Rejected,
} from '.';

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
  const rejection = jest.fn(async (): Promise<Rejected<'closed'> | undefined> => undefined);
  const open = (owner: string, commandId: string, fingerprint = commandId) =>
    createWithGeneratedId<Types, 'closed'>(
      boxes,
      {
        generate: (seed) => {
          seeds.push(seed);
          return numbers[Number(seed.split(' ')[1] ?? 0)]!;
        },
        command: () => ({ type: 'Open', data: { owner } }),
        taken: 'number-taken',
        rejection,
      },
      { commandId, fingerprint, at: '2026-01-01T00:00:00.000Z' },
    );
  return { open, rejection, seeds };
};

describe('creating an aggregate with a generated id', () => {
  it('uses the first id if it is free', async () => {
    const { open, seeds } = start(['1', '2']);
    expect(await open('ada', 'a')).toMatchObject({ status: 'accepted', stream: 'box-1' });
    expect(seeds).toEqual(['a']);
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

  it('detects a command id that was used for a different request, whatever its outcome was', async () => {
    const { open, rejection } = start(['1', '2']);
    await open('ada', 'a');
    expect(await open('ada', 'a', 'another request')).toEqual({ status: 'id-reused' });
    rejection.mockResolvedValueOnce(reject('closed'));
    expect(await open('bob', 'b')).toMatchObject({ status: 'rejected', reason: 'closed' });
    expect(await open('bob', 'b', 'another request')).toEqual({ status: 'id-reused' });
  });

  it('checks once: a repeat gets the first outcome although the check would end differently', async () => {
    const { open, rejection } = start(['1', '1', '2']);
    await open('ada', 'a');
    const first = await open('bob', 'b');
    rejection.mockResolvedValue(reject('closed'));
    const rejected = await open('eve', 'e');
    expect(rejected).toMatchObject({ status: 'rejected', reason: 'closed' });
    rejection.mockClear();
    expect(await open('bob', 'b')).toEqual({ ...first, repeated: true });
    rejection.mockResolvedValue(undefined);
    expect(await open('eve', 'e')).toEqual({ ...rejected, repeated: true });
    expect(rejection).not.toHaveBeenCalled();
  });

  it('returns the rejection once every attempt collides', async () => {
    const { open, seeds } = start(['1', '1', '1', '1', '1']);
    await open('ada', 'a');
    expect(await open('bob', 'b')).toMatchObject({ status: 'rejected', reason: 'number-taken' });
    expect(seeds.slice(1)).toEqual(['b', 'b 1', 'b 2', 'b 3', 'b 4']);
  });
});

describe('the id of an aggregate', () => {
  it('is the part of its stream after the prefix', () => expect(idOf(box, 'box-1-2')).toBe('1-2'));
});
