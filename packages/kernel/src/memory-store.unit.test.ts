import { memoryStore } from './memory-store';
import { eventStoreContract } from '../testing/event-store-contract';

eventStoreContract('the in-memory store', async () => memoryStore());
