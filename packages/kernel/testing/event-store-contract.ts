import { VersionConflict, type Append, type EventStore } from '../src/event-store';

const at = '2026-01-01T00:00:00.000Z';

/** What every event store promises. Run it against each one; `makeStore` gives a store on empty data or unused names. */
export const eventStoreContract = (name: string, makeStore: () => Promise<EventStore>): void => {
  describe(`${name} as an event store`, () => {
    let store: EventStore;
    let unused = 0;
    const prefix = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
    const fresh = (kind: string) => `${kind}-${prefix}-${(unused += 1)}`;
    const append = (stream: string, revision: number, extra: Partial<Append> = {}): Append => {
      const commandId = extra.commandId ?? fresh('command');
      return {
        commandId,
        outcome: { fingerprint: 'f', stream, revision },
        commit: {
          stream,
          revision,
          events: [{ type: 'Happened', version: 1, data: { revision } }],
          commandId,
          at,
        },
        ...extra,
      };
    };
    beforeAll(async () => {
      store = await makeStore();
    });

    it('reads nothing of a stream that is not there', async () => {
      expect(await store.read(fresh('stream'), 0, 10)).toEqual([]);
    });

    it('reads commits in order, after a revision, and no more than asked', async () => {
      const stream = fresh('stream');
      const appends = Array.from({ length: 12 }, (_, index) => append(stream, index + 1));
      for (const one of appends) await store.append(one);
      const commits = appends.map(({ commit }) => commit);
      expect(await store.read(stream, 0, 100)).toEqual(commits);
      expect(await store.read(stream, 0, 5)).toEqual(commits.slice(0, 5));
      expect(await store.read(stream, 10, 5)).toEqual(commits.slice(10));
      expect(await store.read(stream, 12, 5)).toEqual([]);
    });

    it('keeps every field of a commit', async () => {
      const stream = fresh('stream');
      const one = append(stream, 1);
      const commit = {
        ...one.commit!,
        actor: 'teller-1',
        trace: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      };
      await store.append({ ...one, commit });
      expect(await store.read(stream, 0, 10)).toEqual([commit]);
    });

    it('refuses a revision that is taken, and keeps the first', async () => {
      const stream = fresh('stream');
      const first = append(stream, 1);
      await store.append(first);
      await expect(store.append(append(stream, 1))).rejects.toThrow(VersionConflict);
      expect(await store.read(stream, 0, 10)).toEqual([first.commit]);
    });

    it('lets one of many concurrent writers of a revision win, on many streams at once', async () => {
      const streams = Array.from({ length: 10 }, () => fresh('stream'));
      const results = await Promise.allSettled(
        streams.flatMap((stream) => Array.from({ length: 5 }, () => store.append(append(stream, 1)))),
      );
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused).toHaveLength(40);
      for (const { reason } of refused) expect(reason).toBeInstanceOf(VersionConflict);
      for (const stream of streams) expect(await store.read(stream, 0, 10)).toHaveLength(1);
    });

    it('answers a command id with its first answer', async () => {
      const one = append(fresh('stream'), 1);
      expect(await store.outcomeOf(one.commandId)).toBeUndefined();
      await store.append(one);
      expect(await store.outcomeOf(one.commandId)).toEqual(one.outcome);
    });

    it('refuses a command id a second time, and writes nothing of it', async () => {
      const commandId = fresh('command');
      const other = fresh('stream');
      await store.append(append(fresh('stream'), 1, { commandId }));
      await expect(store.append(append(other, 1, { commandId }))).rejects.toThrow(VersionConflict);
      expect(await store.read(other, 0, 10)).toEqual([]);
    });

    it('keeps an answer without a commit', async () => {
      const stream = fresh('stream');
      const commandId = fresh('command');
      const answer = { fingerprint: 'f', stream, revision: 0, rejected: 'insufficient-funds' };
      await store.append({ commandId, outcome: answer });
      expect(await store.outcomeOf(commandId)).toEqual(answer);
      expect(await store.read(stream, 0, 10)).toEqual([]);
    });

    it('gives a unique value to one stream only, and writes nothing of the loser', async () => {
      const [winner, loser] = [fresh('stream'), fresh('stream')];
      const key = { index: 'mobile', value: fresh('07') };
      await store.append(append(winner, 1, { claims: [key] }));
      await expect(store.append(append(loser, 1, { claims: [key] }))).rejects.toThrow(VersionConflict);
      expect(await store.ownerOf(key)).toBe(winner);
      expect(await store.read(loser, 0, 10)).toEqual([]);
    });

    it('gives one of many concurrent claims the value', async () => {
      const key = { index: 'mobile', value: fresh('07') };
      const streams = Array.from({ length: 50 }, () => fresh('stream'));
      const results = await Promise.allSettled(
        streams.map((stream) => store.append(append(stream, 1, { claims: [key] }))),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const winner = streams[results.findIndex(({ status }) => status === 'fulfilled')];
      expect(await store.ownerOf(key)).toBe(winner);
    });

    it('frees a released value for another stream', async () => {
      const [first, second] = [fresh('stream'), fresh('stream')];
      const key = { index: 'mobile', value: fresh('07') };
      const other = { index: 'mobile', value: fresh('07') };
      await store.append(append(first, 1, { claims: [key] }));
      await store.append(append(first, 2, { releases: [key], claims: [other] }));
      expect(await store.ownerOf(key)).toBeUndefined();
      await store.append(append(second, 1, { claims: [key] }));
      expect(await store.ownerOf(key)).toBe(second);
      expect(await store.ownerOf(other)).toBe(first);
    });

    it('remembers the owner that a claim names', async () => {
      const key = { index: 'key', value: fresh('value') };
      await store.append(append(fresh('stream'), 1, { claims: [{ ...key, owner: 'somebody' }] }));
      expect(await store.ownerOf(key)).toBe('somebody');
    });

    it('keeps values of two indexes apart', async () => {
      const value = fresh('value');
      await store.append(append(fresh('stream'), 1, { claims: [{ index: 'mobile', value }] }));
      await store.append(append(fresh('stream'), 1, { claims: [{ index: 'email', value }] }));
      expect(await store.ownerOf({ index: 'card', value })).toBeUndefined();
    });

    it('keeps names with every kind of character apart', async () => {
      const names = ['a/b', 'a%2Fb', 'a b', 'ä', '😀', '"', "'", '||'].map(
        (name) => `${fresh('stream')}${name}`,
      );
      for (const name of names) await store.append(append(name, 1));
      for (const name of names)
        expect((await store.read(name, 0, 10)).map(({ stream }) => stream)).toEqual([name]);
    });

    it('loads the snapshot that was saved last', async () => {
      const stream = fresh('stream');
      expect(await store.loadSnapshot(stream)).toBeUndefined();
      await store.saveSnapshot(stream, { revision: 1, deciderVersion: 1, state: { a: 1 } });
      await store.saveSnapshot(stream, { revision: 2, deciderVersion: 1, state: { a: 2 } });
      expect(await store.loadSnapshot(stream)).toEqual({ revision: 2, deciderVersion: 1, state: { a: 2 } });
    });
  });
};
