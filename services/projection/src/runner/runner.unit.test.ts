import { memoryStore } from '../store/memory-store';
import type { ViewStore } from '../store/port';
import { history } from '../testing/history';
import { owners } from '../testing/owners';
import { feedOf, foldAll } from '../testing/spec';
import { statement } from '../views/statement';
import { feeds } from './feeds';
import { runner } from './runner';

const generation = { view: statement, number: 2 };
const events = feedOf(history(3_000)).filter(({ source }) => source === 'accounts');

describe('a generation that is built', () => {
  it('is nearly at the end of its feeds when it is to be switched to, although they grow meanwhile', async () => {
    const bank = owners();
    const left = [...events];
    const grow = () => void bank.commit(left.splice(0, 1_500));
    const memory = memoryStore();
    const store: ViewStore = {
      ...memory,
      commit: async (...change) => {
        grow();
        return memory.commit(...change);
      },
    };
    grow();
    let missing: number | undefined;
    const { ended } = runner({
      generation,
      partition: 0,
      lease: { name: 'a', holds: () => true, onEnd: () => undefined, release: async () => undefined },
      store,
      feeds: feeds(bank.pullFrom),
      replayer: { run: async () => undefined },
      building: {
        onStep: () => undefined,
        onFilled: async () => {
          const { head } = await bank.pullFrom('accounts')({ partition: 0, after: 0, limit: 1 });
          missing = head - (await memory.positions(generation)).get('accounts/0')!.position;
          return true;
        },
      },
      onError: () => undefined,
    });
    await ended;
    expect(left).toEqual([]);
    expect(missing).toBe(0);
    const documents = new Map<string, object>();
    for await (const { key, document } of memory.scan(generation)) documents.set(key, document);
    expect(documents).toEqual(foldAll(statement, events));
  });
});
