import { VersionConflict, type Append, type EventStore } from '../src';

const at = '2026-01-01T00:00:00.000Z';

/** An append of one event. */
export const appendOf = (stream: string, revision: number, extra: Partial<Append> = {}): Append => {
  const commandId = extra.commandId ?? `${stream}/${revision}`;
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

/** The contract of every event store, for jest. `makeStore` returns a store; its names are random, so it may hold data. */
export const eventStoreContract = (name: string, makeStore: () => Promise<EventStore>): void => {
  describe(`${name} as an event store`, () => {
    let store: EventStore;
    let unused = 0;
    const prefix = crypto.randomUUID();
    const fresh = (kind: string) => `${kind}-${prefix}-${(unused += 1)}`;
    const append = (stream: string, revision: number, extra: Partial<Append> = {}): Append =>
      appendOf(stream, revision, { commandId: fresh('command'), ...extra });
    beforeAll(async () => {
      store = await makeStore();
    });

    it('reads no commits of an unknown stream', async () => {
      expect(await store.read(fresh('stream'), 0, 10)).toEqual([]);
    });

    it('reads commits in order, after a revision, up to the limit', async () => {
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
        correlationId: '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11',
        causationId: 'orders/0/17',
      };
      await store.append({ ...one, commit });
      expect(await store.read(stream, 0, 10)).toEqual([commit]);
    });

    it('rejects a second commit for a revision and keeps the first', async () => {
      const stream = fresh('stream');
      const first = append(stream, 1);
      await store.append(first);
      const second = append(stream, 1);
      await expect(store.append(second)).rejects.toThrow(VersionConflict);
      expect(await store.read(stream, 0, 10)).toEqual([first.commit]);
      expect(await store.outcomeOf(second.commandId)).toBeUndefined();
    });

    it('writes several appends at once, or none of them', async () => {
      const stream = fresh('stream');
      const [one, two, three, four] = [1, 2, 3, 3].map((revision) => append(stream, revision));
      await store.append(one!, two!);
      expect(await store.read(stream, 0, 10)).toEqual([one!.commit, two!.commit]);
      expect(await store.outcomeOf(one!.commandId)).toEqual(one!.outcome);
      const key = { index: 'mobile', value: fresh('07') };
      const taken = { ...append(stream, 4), commandId: one!.commandId };
      await expect(store.append({ ...three!, claims: [key] }, taken)).rejects.toThrow(VersionConflict);
      await store.append(four!);
      expect(await store.read(stream, 2, 10)).toEqual([four!.commit]);
      expect(await store.outcomeOf(three!.commandId)).toBeUndefined();
      expect(await store.ownerOf(key)).toBeUndefined();
    });

    it('lets one of many concurrent writers of a revision win, on several streams at once', async () => {
      const streams = Array.from({ length: 10 }, () => fresh('stream'));
      const results = await Promise.allSettled(
        streams.flatMap((stream) => Array.from({ length: 5 }, () => store.append(append(stream, 1)))),
      );
      const losers = results.filter((result) => result.status === 'rejected');
      expect(losers).toHaveLength(40);
      for (const { reason } of losers) expect(reason).toBeInstanceOf(VersionConflict);
      for (const stream of streams) expect(await store.read(stream, 0, 10)).toHaveLength(1);
    });

    it('returns the outcome recorded for a command id', async () => {
      const one = append(fresh('stream'), 1);
      expect(await store.outcomeOf(one.commandId)).toBeUndefined();
      await store.append(one);
      expect(await store.outcomeOf(one.commandId)).toEqual(one.outcome);
    });

    it('rejects a second append for a command id and writes none of it', async () => {
      const commandId = fresh('command');
      const other = fresh('stream');
      await store.append(append(fresh('stream'), 1, { commandId }));
      await expect(store.append(append(other, 1, { commandId }))).rejects.toThrow(VersionConflict);
      expect(await store.read(other, 0, 10)).toEqual([]);
    });

    it('records an outcome without a commit', async () => {
      const stream = fresh('stream');
      const commandId = fresh('command');
      const outcome = { fingerprint: 'f', stream, revision: 0, rejected: 'insufficient-funds' };
      await store.append({ commandId, outcome });
      expect(await store.outcomeOf(commandId)).toEqual(outcome);
      expect(await store.read(stream, 0, 10)).toEqual([]);
    });

    it('lets one stream claim a unique value and writes none of the commit of the other', async () => {
      const [winner, loser] = [fresh('stream'), fresh('stream')];
      const key = { index: 'mobile', value: fresh('07') };
      await store.append(append(winner, 1, { claims: [key] }));
      await expect(store.append(append(loser, 1, { claims: [key] }))).rejects.toThrow(VersionConflict);
      expect(await store.ownerOf(key)).toBe(winner);
      expect(await store.read(loser, 0, 10)).toEqual([]);
    });

    it('lets one of many concurrent claims of a value win', async () => {
      const key = { index: 'mobile', value: fresh('07') };
      const streams = Array.from({ length: 50 }, () => fresh('stream'));
      const results = await Promise.allSettled(
        streams.map((stream) => store.append(append(stream, 1, { claims: [key] }))),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const winner = streams[results.findIndex(({ status }) => status === 'fulfilled')];
      expect(await store.ownerOf(key)).toBe(winner);
    });

    it('lets another stream claim a released value', async () => {
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

    it('writes nothing while a value that must be absent is owned, and leaves no trace of the check', async () => {
      const key = { index: 'closure', value: fresh('customer') };
      const checking = () => append(fresh('stream'), 1, { absent: [key] });
      await Promise.all(Array.from({ length: 20 }, async () => store.append(checking())));
      expect(await store.ownerOf(key)).toBeUndefined();
      const owner = fresh('stream');
      await store.append(append(owner, 1, { claims: [key] }));
      const late = checking();
      await expect(store.append(late)).rejects.toThrow(VersionConflict);
      expect(await store.read(late.commit!.stream, 0, 10)).toEqual([]);
      expect(await store.ownerOf(key)).toBe(owner);
      await store.append(append(owner, 2, { releases: [key] }));
      await store.append(checking());
    });

    it('lets a claim or the checks that race it win, and never both after it', async () => {
      const key = { index: 'closure', value: fresh('customer') };
      const checks = Array.from({ length: 30 }, () => append(fresh('stream'), 1, { absent: [key] }));
      const claim = append(fresh('stream'), 1, { claims: [key] });
      const results = await Promise.allSettled(
        [...checks.slice(0, 15), claim, ...checks.slice(15)].map(async (one) => store.append(one)),
      );
      expect(results[15]).toMatchObject({ status: 'fulfilled' });
      expect(await store.ownerOf(key)).toBe(claim.outcome.stream);
      await expect(store.append(append(fresh('stream'), 1, { absent: [key] }))).rejects.toThrow(
        VersionConflict,
      );
    });

    it('returns the owner that a claim names', async () => {
      const key = { index: 'key', value: fresh('value') };
      await store.append(append(fresh('stream'), 1, { claims: [{ ...key, owner: 'another-owner' }] }));
      expect(await store.ownerOf(key)).toBe('another-owner');
    });

    it('keeps values of different indexes apart', async () => {
      const value = fresh('value');
      await store.append(append(fresh('stream'), 1, { claims: [{ index: 'mobile', value }] }));
      await store.append(append(fresh('stream'), 1, { claims: [{ index: 'email', value }] }));
      expect(await store.ownerOf({ index: 'card', value })).toBeUndefined();
    });

    it('keeps stream names with special characters apart', async () => {
      const names = ['a/b', 'a%2Fb', 'a b', 'ä', '😀', '"', "'", '||'].map(
        (name) => `${fresh('stream')}${name}`,
      );
      for (const name of names) await store.append(append(name, 1));
      for (const name of names)
        expect((await store.read(name, 0, 10)).map(({ stream }) => stream)).toEqual([name]);
    });

    it('loads the latest snapshot', async () => {
      const stream = fresh('stream');
      expect(await store.loadSnapshot(stream)).toBeUndefined();
      await store.saveSnapshot(stream, { revision: 1, deciderVersion: 1, state: { a: 1 }, at });
      await store.saveSnapshot(stream, { revision: 2, deciderVersion: 1, state: { a: 2 }, at });
      expect(await store.loadSnapshot(stream)).toEqual({
        revision: 2,
        deciderVersion: 1,
        state: { a: 2 },
        at,
      });
    });
  });
};
