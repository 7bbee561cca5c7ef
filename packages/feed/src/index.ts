export { installFeed } from './install';
export { relay, type Relay, type RelayOptions, type RelayStats, type RelayTask } from './relay';
export { type FeedPage } from '@bankside/contracts';
export { feedHandler, readFeedPage, type FeedResponse, type PageRequest } from './feed-page';
export type { EventEnvelope } from '@bankside/contracts';
export type { PublishedEvent, PublicationMap } from './feed-entry';
export type { Publish } from './publish-loop';
export { consumer, type Consumer, type ConsumerOptions, type Lag } from './consumer';
export type { Pull } from './feed-subscription';
export { partitionConsumer, type PartitionConsumer } from './partition-consumer';
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
export { jittered, signal } from './signal';
