import { decideOnce, memoryStore, reject, type CommandContext, type Rejected } from '.';

const request = (commandId: string, fingerprint = commandId): CommandContext => ({
  commandId,
  fingerprint,
  at: '2026-01-01T00:00:00.000Z',
});

describe('a decision that commits nothing', () => {
  const start = (store = memoryStore()) => {
    const decide = jest.fn(async (): Promise<Rejected<'too-late'> | undefined> => undefined);
    return {
      store,
      decide,
      once: (context: CommandContext) => decideOnce(store, 'change-1', context, decide),
    };
  };

  it.each(['accepted', 'rejected'] as const)('is made once: a repeat is %s again', async (status) => {
    const { decide, once } = start();
    if (status === 'rejected') decide.mockResolvedValueOnce(reject('too-late'));
    const first = await once(request('1'));
    expect(first).toMatchObject({ status, repeated: false });
    decide.mockResolvedValue(status === 'accepted' ? reject('too-late') : undefined);
    expect(await once(request('1'))).toEqual({ ...first, repeated: true });
    expect(decide).toHaveBeenCalledTimes(1);
    expect(await once(request('1', 'another request'))).toEqual({ status: 'id-reused' });
  });

  it('is not recorded if it fails', async () => {
    const { decide, once } = start();
    decide.mockRejectedValueOnce(new Error('no response'));
    await expect(once(request('1'))).rejects.toThrow('no response');
    expect(await once(request('1'))).toEqual({ status: 'accepted', repeated: false });
  });

  it('has the outcome of a concurrent repeat that was recorded first', async () => {
    const { store, decide, once } = start();
    decide.mockImplementationOnce(async () => {
      await start(store).once(request('1'));
      return reject('too-late');
    });
    expect(await once(request('1'))).toEqual({ status: 'accepted', repeated: true });
  });

  it('is vetoed unless it has an outcome', async () => {
    const { decide, once } = start();
    const veto = () => 'too-late';
    await once(request('1'));
    expect(await once({ ...request('1'), veto })).toEqual({ status: 'accepted', repeated: true });
    expect(await once({ ...request('2'), veto })).toMatchObject({ status: 'rejected', repeated: false });
    expect(decide).toHaveBeenCalledTimes(1);
  });
});
