export { happenings, messagesOf, type Happening } from './deliveries';
export { deliveryContract } from './delivery-contract';
export { pullFromServer, serveOwners, type OwnersServer } from './feed-server';
export { history } from './history';
export { inMemoryFeeds, type InMemoryFeeds } from './in-memory-feeds';
export { queryPlanContract } from './query-plan-contract';
export { replicas, type Replicas } from './replicas';
export { anyInterleaving, feedOf, foldAll, specFor, type Fact } from './spec';
export { projectionStoreContract } from './store-contract';
