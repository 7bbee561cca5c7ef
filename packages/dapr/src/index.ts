export { BODY_LENGTH_HEADER } from './body-length';
export { daprEventStore, type EventStoreOptions } from './event-store';
export { invoker, pathOf, type Invoke, type InvokeOptions, type Reply } from './invoker';
export { Outage } from './outage';
export { brokerClient, type BrokerClient, type BrokerClientOptions } from './broker-client';
export { sidecar } from './sidecar';
export type { SidecarOptions } from './sidecar-http';
export { subscriptionRoutes, type DeliveryProblem, type EventHandler } from './subscription';
