import { memoryStore } from '../store/memory-store';
import type { ViewStore } from '../store/port';
import { orderStatus } from '../views/order-status';
import type { Directory } from './directory';
import { reader } from './reader';

const placed = { orderId: 'order-1', state: 'placed' };

/** A replica that slept through a switch: it thinks that generation 1 is read, until it looks. */
const afterSleeping = async (change: Partial<ViewStore>) => {
  let number = 1;
  const store = { ...memoryStore(), ...change };
  const stored = { key: 'order-1', rev: 0, applied: {}, held: [], document: placed };
  const generation = { view: orderStatus, number: 2 };
  await store.commit(generation, { changed: [stored], letters: [], moves: [] });
  const look = async () => void (number = 2);
  const directory = { active: () => ({ view: orderStatus, number }), refresh: look, refreshIfOlder: look };
  return reader({
    view: orderStatus,
    directory: directory as unknown as Directory,
    storeOf: () => store,
  });
};

describe('reading a view whose generation was replaced unnoticed', () => {
  it('finds in the new one what is no longer in the old one', async () => {
    const { get } = await afterSleeping({});
    expect(await get('order-1')).toEqual(placed);
  });

  it('asks the new one when the old one is gone', async () => {
    const gone: Partial<ViewStore> = {
      get: async ({ number }) => {
        if (number === 1) throw new Error('relation "view_order_status_1" does not exist');
        return placed;
      },
    };
    const { get } = await afterSleeping(gone);
    expect(await get('order-1')).toEqual(placed);
  });

  it('fails when the one that is read cannot be asked', async () => {
    const { get } = await afterSleeping({ get: () => Promise.reject(new Error('the database is down')) });
    await expect(get('order-1')).rejects.toThrow('the database is down');
  });
});
