import { memoryStore } from './memory-store';
import { viewStoreContract } from './store-contract';

viewStoreContract('memory', async () => {
  const store = memoryStore();
  return { store, letters: async () => store.letters().map(({ event }) => event.id) };
});
