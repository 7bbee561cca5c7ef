import { memoryStore } from './stores/memory';
import { orderSteps } from '../testing/sample-projections';
import { fencedStore } from './fenced-store';

const version = { projection: orderSteps, number: 1 };
const change = {
  changed: [{ key: 'a', rev: 0, applied: {}, blocked: [], document: {} }],
  moves: [],
  parked: [],
};

describe('a store with the lease of its writer', () => {
  it('commits nothing before the lease is confirmed', async () => {
    const store = memoryStore();
    let confirmed = (): void => undefined;
    const confirm = () => new Promise<void>((resolve) => (confirmed = resolve));
    const committed = fencedStore(store, { confirm }).commit(version, change);
    expect(await store.get(version, 'a')).toBeUndefined();
    confirmed();
    expect(await committed).toMatchObject({ done: true });
    expect(await store.get(version, 'a')).toEqual({});
  });

  it('commits nothing when the lease is lost', async () => {
    const store = memoryStore();
    const confirm = () => Promise.reject(new Error('lost'));
    await expect(fencedStore(store, { confirm }).commit(version, change)).rejects.toThrow('lost');
    expect(await store.get(version, 'a')).toBeUndefined();
  });
});
