import { chartValues } from './chart-values';

/** Operations such as `GET /accounts/*`, by service. */
export type Calls = Readonly<Record<string, readonly string[]>>;

/** A service as the services map of the chart declares it. */
export type ServiceSpec = Readonly<{
  name: string;
  database: boolean;
  eventSourced: boolean;
  /** Partitions of its feed. Fixed by the first start. */
  feedPartitions: number;
  personalData: boolean;
  subscribes: readonly string[];
  /** Operations of other services that it calls with the token of an actor, by service. */
  calls: Calls;
  /** Operations that it calls in its own name. */
  systemCalls: Calls;
  mongodb: boolean;
  temporal: boolean;
  expose: boolean;
}>;

export const usesBroker = ({ eventSourced, subscribes }: ServiceSpec): boolean =>
  eventSourced || subscribes.length > 0;

/** The processes of a service, one for each replica: `accounts`, `accounts-2`. A service without messages has one. */
export const instancesOf = (service: ServiceSpec, replicas: number): readonly string[] =>
  Array.from({ length: usesBroker(service) ? replicas : 1 }, (_, index) =>
    index === 0 ? service.name : `${service.name}-${index + 1}`,
  );

type ServicesMap = Readonly<Record<string, Partial<ServiceSpec> | null>>;
/** Operations that `calls` names as a whole. */
type OperationGroups = Readonly<Record<string, readonly string[]>>;

const NONE: Omit<ServiceSpec, 'name'> = {
  database: false,
  eventSourced: false,
  feedPartitions: 1,
  personalData: false,
  subscribes: [],
  calls: {},
  systemCalls: {},
  mongodb: false,
  temporal: false,
  expose: false,
};

const checkNames = (services: readonly ServiceSpec[]): void => {
  const known = new Map(services.map((service) => [service.name, service]));
  for (const { name, subscribes, calls, systemCalls } of services) {
    for (const source of subscribes) {
      if (!known.get(source)?.eventSourced)
        throw new Error(`${name} subscribes ${source}, which publishes nothing`);
    }
    for (const callee of Object.keys({ ...calls, ...systemCalls })) {
      if (!known.has(callee)) throw new Error(`${name} calls ${callee}, which does not exist`);
    }
  }
};

/** Calls with the operations of groups in place of their names. @throws when there is no such group */
const withGroups = (calls: Calls, groups: OperationGroups): Calls =>
  Object.fromEntries(
    Object.entries(calls).map(([service, operations]) => [
      service,
      operations.flatMap((one) => {
        if (one.includes(' ')) return [one];
        if (Object.hasOwn(groups, one)) return groups[one]!;
        throw new Error(`calls of ${service} name the group ${one}, which does not exist`);
      }),
    ]),
  );

/** The services of the map, completed with defaults. @throws when one refers to a service or a group that is not there */
export const servicesOf = (map: ServicesMap, groups: OperationGroups = {}): readonly ServiceSpec[] => {
  const specs = Object.entries(map).map(([name, spec]) => {
    const whole = { ...NONE, ...spec, name };
    const { calls, systemCalls } = whole;
    return { ...whole, calls: withGroups(calls, groups), systemCalls: withGroups(systemCalls, groups) };
  });
  checkNames(specs);
  return specs;
};

/** The services that the chart deploys: the map in `charts/bankside/values.yaml`. */
export const allServices = (): readonly ServiceSpec[] =>
  servicesOf(chartValues().services as ServicesMap, chartValues().operationGroups);
