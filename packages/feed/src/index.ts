export { batchSpan, topicOf } from './batch-spans';
export { relay, relayLease, type Relay } from './relay';
export type { RelayStats } from './relay-stats';
export {
  feedHandler,
  feedPartitions,
  readFeedPage,
  type FeedResponse,
  type OwnedFeed,
  type PageRequest,
  type Pull,
  type SignChainHead,
} from './feed-page';
export { deliveriesOf, deliveryLog, type Delivered, type DeliveryLog } from './delivery-log';
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
export type { PublicationMap } from './outbox-reader';
export type { Publish } from './batch-spans';
export { consumer, type Consumer, type ConsumerOptions, type PartitionLag } from './consumer';
export { lastPositions, Poison, PositionMoved, type Sink } from './feed-subscription';
export { concernedWith, handlerOf, inOrder, isAnyHandled, type Handle } from './handle';
export { blockedEvent, parkEvents, poisonedEvent, type ParkedEvent } from './parking';
export {
  deadLetters,
  type DeadLetter,
  type DeadLetterPage,
  type DeadLetterQuery,
  type DeadLetterState,
  type EventRef,
  type StreamRef,
} from './dead-letters';
export {
  postgresConsumer,
  postgresSink,
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
export { leaseSharing, type LeaseRequest } from './lease-sharing';
export { requireDatabaseSessions, TransactionPooler } from './session';
export { inTransaction, type Queryable, type TimedQuery } from './transaction';
export { signal } from './signal';
