import { memoryStore } from './memory';
import { projectionStoreContract } from '../../testing/store-contract';

projectionStoreContract('memory', async () => {
  const store = memoryStore();
  return { store, letters: async () => store.letters().map(({ event }) => event.id) };
});
