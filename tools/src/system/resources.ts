import { pubSub, resiliency, secretFile, stateStore, subscription, type Resource } from '../dapr/resources';
import type { ServiceSpec } from './services';

const PUBSUB = 'pubsub';
const SECRETS = 'secrets';

export const topicOf = (service: string): string => `${service}.events`;
export const storeOf = (service: string): string => `${service}-store`;

export const usesBroker = ({ eventSourced, subscribes }: ServiceSpec): boolean =>
  eventSourced || subscribes.length > 0;

/** Which service may publish to and read from which topic. A service that is not listed could use all of them. */
const scopes = (services: readonly ServiceSpec[]) => ({
  publishes: Object.fromEntries(
    services.map(({ name, eventSourced }) => [name, eventSourced ? [topicOf(name)] : []]),
  ),
  subscribes: Object.fromEntries(services.map(({ name, subscribes }) => [name, subscribes.map(topicOf)])),
  scopes: services
    .filter(usesBroker)
    .map(({ name }) => name)
    .toSorted(),
});

type Surroundings = Readonly<{
  redisUrl: string;
  databaseUrl?: string;
  secretsFile?: string | undefined;
}>;

/** The Dapr resources that the sidecar of one service loads. */
export const resourcesOf = (
  service: ServiceSpec,
  services: readonly ServiceSpec[],
  { redisUrl, databaseUrl, secretsFile }: Surroundings,
): readonly Resource[] => {
  const { name, eventSourced, subscribes } = service;
  return [
    ...(eventSourced && databaseUrl !== undefined
      ? [stateStore({ name: storeOf(name), appId: name, databaseUrl })]
      : []),
    ...(secretsFile === undefined ? [] : [secretFile({ name: SECRETS, appId: name, file: secretsFile })]),
    ...(usesBroker(service) ? [pubSub({ name: PUBSUB, redisUrl, ...scopes(services) })] : []),
    ...subscribes.map((source) =>
      subscription({ appId: name, topic: topicOf(source), route: `/events/${source}`, pubsub: PUBSUB }),
    ),
    resiliency(services.map((one) => one.name).toSorted()),
  ];
};
