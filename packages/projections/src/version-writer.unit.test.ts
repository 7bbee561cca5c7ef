import { until } from '@bankside/tools';
import { memoryStore } from './stores/memory';
import type { ProjectionStore } from './stores/store';
import { history } from '../testing/history';
import { inMemoryFeeds } from '../testing/in-memory-feeds';
import { feedOf, foldAll } from '../testing/spec';
import { movements } from '../testing/sample-projections';
import { projectionFeeds } from './feeds';
import { versionWriter } from './version-writer';

const version = { projection: movements, number: 2 };
const events = feedOf(history(3_000)).filter(({ source }) => source === 'accounts');
const neverEnding = {
  name: 'a',
  isHeld: () => true,
  confirm: async () => undefined,
  onEnd: () => undefined,
  release: async () => undefined,
};
const documentsOf = async (store: ProjectionStore) => {
  const documents = new Map<string, object>();
  for await (const { key, document } of store.scan(version)) documents.set(key, document);
  return documents;
};

describe('an active version', () => {
  it.each(['when it never responded', 'when it stops during the rebuild'])(
    'is kept current in its other sources without an owner, %s',
    async (when) => {
      const bank = inMemoryFeeds(() => 2);
      const committed = bank.commit(events);
      const feeds = projectionFeeds(bank.pullFrom);
      if (when === 'when it stops during the rebuild') await feeds.of(['cards']);
      bank.respond(false, 'cards');
      const store = memoryStore();
      const errors: unknown[] = [];
      const writer = versionWriter({
        version,
        lease: neverEnding,
        store,
        feeds,
        replayRequests: async () => undefined,
        clock: () => new Date(),
        onError: (error) => void errors.push(error),
      });
      const late = bank.commit(feedOf(history(1)).filter(({ source }) => source === 'accounts'));
      await writer.deliver('accounts', late);
      await writer.catchUp(['accounts']);
      expect(await documentsOf(store)).toEqual(foldAll(movements, [...committed, ...late]));
      expect(errors.length).toBeGreaterThan(0);
      await expect(writer.catchUp(['cards'])).rejects.toThrow('cards does not respond');
      await writer.stop();
    },
  );
});

describe('reads at the writer of an active version', () => {
  const started = (confirm: () => Promise<void>, downSource?: string) => {
    const bank = inMemoryFeeds();
    const store = memoryStore();
    bank.commit(events);
    if (downSource !== undefined) bank.respond(false, downSource);
    const writer = versionWriter({
      version,
      lease: { ...neverEnding, confirm },
      store,
      feeds: projectionFeeds(bank.pullFrom),
      replayRequests: async () => undefined,
      clock: () => new Date(),
      onError: () => undefined,
    });
    return { store, writer, read: () => writer.read(key) };
  };
  const key = [...foldAll(movements, events).keys()][0]!;
  const ready = (read: () => Promise<unknown>) =>
    until(async () => expect(await read()).toBeDefined(), { what: 'a read', timeoutMs: 10_000 });

  it('return the document, and nothing while the lease is not confirmed or once it is released', async () => {
    let confirm: () => Promise<void> = async () => undefined;
    const { writer, store, read } = started(() => confirm());
    await ready(read);
    expect(await read()).toMatchObject({ document: await store.get(version, key) });
    confirm = () => Promise.reject(new Error('lost'));
    expect(await read()).toBeUndefined();
    confirm = () => new Promise(() => undefined);
    expect(await read()).toBeUndefined();
    confirm = async () => undefined;
    expect(await read()).toBeDefined();
    await writer.stop();
    expect(await read()).toBeUndefined();
  });

  it('return nothing until the writer has caught up with every source', async () => {
    const { writer, read } = started(async () => undefined, 'cards');
    await writer.catchUp(['accounts']).catch(() => undefined);
    await until(async () => expect(writer.isLive()).toBe(true), { what: 'a live writer', timeoutMs: 10_000 });
    await writer.catchUp(['accounts']);
    expect(await read()).toBeUndefined();
    await writer.stop();
  });
});

describe('a version that is being built', () => {
  /** Events of its feed that the version lacks. */
  const unread = async (bank: ReturnType<typeof inMemoryFeeds>, store: ProjectionStore): Promise<number> => {
    const { head } = await bank.pullFrom('accounts')({ partition: 0, after: 0, limit: 1 });
    return head - (await store.checkpoints(version)).get('accounts/0')!.position;
  };

  it('is near the heads of its feeds when it is promoted, although they grow meanwhile', async () => {
    const bank = inMemoryFeeds();
    const left = [...events];
    const grow = () => void bank.commit(left.splice(0, 1_500));
    const memory = memoryStore();
    const store: ProjectionStore = {
      ...memory,
      commit: async (...change) => {
        grow();
        return memory.commit(...change);
      },
    };
    grow();
    let missing: number | undefined;
    const { ended } = versionWriter({
      version,
      lease: neverEnding,
      store,
      feeds: projectionFeeds(bank.pullFrom),
      replayRequests: async () => undefined,
      clock: () => new Date(),
      building: {
        onStep: () => undefined,
        onIndexing: () => undefined,
        onCaughtUp: async () => {
          missing = await unread(bank, memory);
          return true;
        },
      },
      onError: () => undefined,
    });
    await ended;
    expect(left).toEqual([]);
    expect(missing).toBe(0);
    expect(await documentsOf(memory)).toEqual(foldAll(movements, events));
  });

  it('has indexes before it is promoted, and the events of the time that they took, after a crash too', async () => {
    const bank = inMemoryFeeds();
    const left = [...events];
    bank.commit(left.splice(0, 1_500));
    const memory = memoryStore();
    let indexed = false;
    const promoted: object[] = [];
    let missing: number | undefined;
    /** @param dies while it creates the indexes */
    const writer = (dies: boolean): Promise<void> => {
      let lives = true;
      return versionWriter({
        version,
        lease: { ...neverEnding, isHeld: () => lives },
        store: {
          ...memory,
          createIndexes: async () => {
            bank.commit(left.splice(0, dies ? 1_500 : left.length));
            lives = !dies;
            if (dies) throw new Error('killed');
            indexed = true;
          },
        },
        feeds: projectionFeeds(bank.pullFrom),
        replayRequests: async () => undefined,
        clock: () => new Date(),
        building: {
          onStep: () => undefined,
          onIndexing: () => undefined,
          onCaughtUp: async () => {
            promoted.push({ dies, indexed });
            missing = await unread(bank, memory);
            return true;
          },
        },
        onError: () => undefined,
      }).ended;
    };
    await writer(true);
    await writer(false);
    expect(promoted).toEqual([{ dies: false, indexed: true }]);
    expect({ left: left.length, missing }).toEqual({ left: 0, missing: 0 });
    expect(await documentsOf(memory)).toEqual(foldAll(movements, events));
  });
});
