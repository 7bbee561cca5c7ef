import { pubSub, resiliency, secretFile, stateStore, subscription, type Resource } from '../dapr/resources';
import { topicPrefixOf } from '../broker/address';
import { usesBroker, type ServiceSpec } from './services';

const PUBSUB = 'pubsub';
const SECRETS = 'secrets';

/** The topic of a service, on the broker of a system. */
export const topicOf = (service: string, brokerUrl: string): string =>
  `${topicPrefixOf(brokerUrl)}${service}.events`;
export const storeOf = (service: string): string => `${service}-store`;

/** Which service may publish to and read from which topic. A service that is not listed could use all of them. */
const scopes = (services: readonly ServiceSpec[], brokerUrl: string) => ({
  publishes: Object.fromEntries(
    services.map(({ name, eventSourced }) => [name, eventSourced ? [topicOf(name, brokerUrl)] : []]),
  ),
  subscribes: Object.fromEntries(
    services.map(({ name, subscribes }) => [name, subscribes.map((source) => topicOf(source, brokerUrl))]),
  ),
  scopes: services
    .filter(usesBroker)
    .map(({ name }) => name)
    .toSorted(),
});

type Surroundings = Readonly<{
  brokerUrl: string;
  databaseUrl?: string;
  secretsFile?: string | undefined;
}>;

/** The Dapr resources that the sidecar of one service loads. */
export const resourcesOf = (
  service: ServiceSpec,
  services: readonly ServiceSpec[],
  { brokerUrl, databaseUrl, secretsFile }: Surroundings,
): readonly Resource[] => {
  const { name, eventSourced, subscribes } = service;
  return [
    ...(eventSourced && databaseUrl !== undefined
      ? [stateStore({ name: storeOf(name), appId: name, databaseUrl })]
      : []),
    ...(secretsFile === undefined ? [] : [secretFile({ name: SECRETS, appId: name, file: secretsFile })]),
    ...(usesBroker(service) ? [pubSub({ name: PUBSUB, brokerUrl, ...scopes(services, brokerUrl) })] : []),
    ...subscribes.map((source) =>
      subscription({
        appId: name,
        topic: topicOf(source, brokerUrl),
        route: `/events/${source}`,
        pubsub: PUBSUB,
      }),
    ),
    resiliency(services.map((one) => one.name).toSorted()),
  ];
};
