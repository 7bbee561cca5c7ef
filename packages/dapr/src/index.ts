export { BODY_LENGTH_HEADER } from './body-length';
export { daprEventStore, type EventStoreOptions } from './event-store';
export type { FeedEvent } from './feed-event';
export { invoker, pathOf, type Invoke, type InvokeOptions, type Reply } from './invoker';
export { Outage } from './outage';
export { publisher, type Publisher, type PublisherOptions } from './publisher';
export { sidecar } from './sidecar';
export type { SidecarOptions } from './sidecar-http';
export { subscriptionRoutes, type DeliveryProblem, type EventHandler } from './subscription';
