export { batchSpan, topicOf } from './batch-spans';
export { relay, relayLease, type Relay, type RelayOptions, type RelayStats, type RelayTask } from './relay';
export {
  feedHandler,
  feedPartitions,
  readFeedPage,
  type FeedResponse,
  type PageRequest,
  type SignChainHead,
} from './feed-page';
export { deliveriesOf, deliveryLog, type Delivered, type DeliveryLog } from './delivery-log';
export type { EventRef } from './event-ref';
export { storyOf, type StoryCommit } from './story';
export { recentStreams, type RecentStreams, type RecentStreamsRequest } from './recent-streams';
export { chainHashes, verifyChainPage, type ChainPage, type ChainProblem } from './verify-chain';
export {
  witnessedHeads,
  witnessingPull,
  type WitnessedHead,
  witnessProblems,
  type WitnessProblem,
} from './witness';
export { causedBy, type PublicationMap, type PublishedEvent } from './feed-entry';
export type { Publish } from './publish-loop';
export { consumer, type Consumer, type ConsumerOptions, type PartitionLag } from './consumer';
export { lastPositions } from './event-batch';
export type { Pull } from './feed-subscription';
export { isTransient, Poison, PositionMoved, type Sink } from './sink';
export {
  blockedEvent,
  deadLetters,
  poisonedEvent,
  type DeadLetter,
  type DeadLetterPage,
  type DeadLetterQuery,
  type DeadLetterState,
  type ParkedEvent,
  type Queryable,
  type StreamRef,
} from './dead-letters';
export { postgresReplay, postgresSink, type Handle, type PostgresSinkOptions } from './postgres-sink';
export {
  postgresConsumer,
  type OperatedConsumer,
  type PostgresConsumer,
  type PostgresConsumerOptions,
} from './postgres-consumer';
export {
  acquireLease,
  LEASE_KEEPALIVE,
  leaseInSession,
  type ConnectionLease,
  type Lease,
  type SessionQuery,
} from './lease';
export { requireDatabaseSessions, TransactionPooler } from './session';
export { inTransaction } from './transaction';
export { signal } from './signal';
