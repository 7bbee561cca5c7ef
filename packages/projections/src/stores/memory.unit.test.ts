import { memoryStore } from './memory';
import { projectionStoreContract } from '../../testing/store-contract';

projectionStoreContract('memory', async () => {
  const store = memoryStore();
  return { store, deadLetters: async () => store.parked().map(({ event }) => event.id) };
});
