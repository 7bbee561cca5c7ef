import { memoryStore } from './stores/memory';
import type { ProjectionStore } from './stores/store';
import { history } from '../testing/history';
import { inMemoryFeeds } from '../testing/in-memory-feeds';
import { feedOf, foldAll } from '../testing/spec';
import { statement } from '@bankside/projection/views/statement';
import { projectionFeeds } from './feeds';
import { versionWriter } from './version-writer';

const version = { projection: statement, number: 2 };
const events = feedOf(history(3_000)).filter(({ source }) => source === 'accounts');

describe('a version that is being built', () => {
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
      partition: 0,
      lease: { name: 'a', isHeld: () => true, onEnd: () => undefined, release: async () => undefined },
      store,
      feeds: projectionFeeds(bank.pullFrom),
      replayRequests: async () => undefined,
      building: {
        onStep: () => undefined,
        onCaughtUp: async () => {
          const { head } = await bank.pullFrom('accounts')({ partition: 0, after: 0, limit: 1 });
          missing = head - (await memory.checkpoints(version)).get('accounts/0')!.position;
          return true;
        },
      },
      onError: () => undefined,
    });
    await ended;
    expect(left).toEqual([]);
    expect(missing).toBe(0);
    const documents = new Map<string, object>();
    for await (const { key, document } of memory.scan(version)) documents.set(key, document);
    expect(documents).toEqual(foldAll(statement, events));
  });
});
