export { installFeed } from './install';
export { relay, type Relay, type RelayOptions, type RelayStats, type RelayTask } from './relay';
export { feedHandler, feedPage, type FeedAnswer, type FeedPage, type PageRequest } from './page';
export type { ContractEvent, ContractMap, FeedEvent } from './event';
export type { Publish } from './publisher';
export { consumer, type Consumer, type ConsumerOptions, type Lag } from './consumer';
export type { Pull } from './follower';
export { lane, type Lane } from './lane';
export { Poison, PositionMoved, type Sink } from './sink';
export {
  installConsumer,
  postgresSink,
  type Handle,
  type PostgresSink,
  type PostgresSinkOptions,
} from './postgres-sink';
export type { DeadLetter, DeadLetters, DeadLetterState } from './dead-letters';
export { inTransaction } from './transaction';
export { jittered, wakeUp } from './wake';
