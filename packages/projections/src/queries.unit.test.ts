import { memoryStore } from './stores/memory';
import type { ProjectionStore } from './stores/store';
import { orderSteps } from '../testing/sample-projections';
import { projectionQueries } from './queries';
import type { VersionCache } from './versions';

const placed = { orderId: 'order-1', state: 'placed' };

/** A replica whose cache still names version 1 after the promotion of version 2. */
const afterSleeping = async (change: Partial<ProjectionStore>) => {
  let number = 1;
  const store = { ...memoryStore(), ...change };
  const stored = { key: 'order-1', rev: 0, applied: {}, blocked: [], document: placed };
  const version = { projection: orderSteps, number: 2 };
  await store.commit(version, { changed: [stored], parked: [], moves: [] });
  const reconcile = async () => void (number = 2);
  const versions = {
    active: () => ({ projection: orderSteps, number }),
    refresh: reconcile,
    refreshIfOlder: reconcile,
  };
  return projectionQueries({
    projection: orderSteps,
    versions: versions as unknown as VersionCache,
    storeOf: () => store,
    writer: () => undefined,
  });
};

describe('a query with an outdated version cache', () => {
  it('retries with the new version when the old one lacks the document', async () => {
    const { get } = await afterSleeping({});
    expect(await get('order-1')).toEqual(placed);
  });

  it('retries with the new version when the old one was dropped', async () => {
    const gone: Partial<ProjectionStore> = {
      get: async ({ number }) => {
        if (number === 1) throw new Error('relation "views.order_status_1" does not exist');
        return placed;
      },
    };
    const { get } = await afterSleeping(gone);
    expect(await get('order-1')).toEqual(placed);
  });

  it('fails when the active version cannot be queried', async () => {
    const { get } = await afterSleeping({ get: () => Promise.reject(new Error('the database is down')) });
    await expect(get('order-1')).rejects.toThrow('the database is down');
  });
});
