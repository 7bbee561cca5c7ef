export { BODY_LENGTH_HEADER } from './body-length';
export { headSigner, isSignedHead, type SignHead } from './chain-head';
export { daprEventStore, type EventStoreOptions } from './event-store';
export { invoker, pathOf, type Invoke, type InvokeOptions, type Reply } from './invoker';
export { Outage } from './outage';
export { brokerClient, type BrokerClient, type BrokerClientOptions } from './pubsub';
export {
  eventKeys,
  eventsOf,
  messageSigner,
  type EventKeys,
  type EventMessage,
  rejectedMessages,
  type RejectedMessage,
  type SignMessage,
} from './event-message';
export { sidecar } from './sidecar';
export type { SidecarOptions } from './sidecar-http';
export {
  subscriptionRoutes,
  type DeliveryProblem,
  type EventHandler,
  type SubscriptionOptions,
} from './pubsub';
