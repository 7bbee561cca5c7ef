export { installFeed } from './install';
export { relay, type Relay, type RelayOptions, type RelayStats, type RelayTask } from './relay';
export { feedHandler, feedPage, type FeedAnswer, type FeedPage, type PageRequest } from './page';
export type { ContractEvent, ContractMap, FeedEvent } from './event';
export type { Publish } from './publisher';
