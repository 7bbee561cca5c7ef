import { chartValues } from './chart-values';

/** A service as the services map of the chart declares it. */
export type ServiceSpec = Readonly<{
  name: string;
  database: boolean;
  eventSourced: boolean;
  /** Partitions of its feed. Fixed by the first start. */
  feedPartitions: number;
  personalData: boolean;
  subscribes: readonly string[];
  invokes: readonly string[];
  mongodb: boolean;
  temporal: boolean;
  expose: boolean;
}>;

type ServicesMap = Readonly<Record<string, Partial<ServiceSpec> | null>>;

const NONE: Omit<ServiceSpec, 'name'> = {
  database: false,
  eventSourced: false,
  feedPartitions: 1,
  personalData: false,
  subscribes: [],
  invokes: [],
  mongodb: false,
  temporal: false,
  expose: false,
};

const checkNames = (services: readonly ServiceSpec[]): void => {
  const known = new Map(services.map((service) => [service.name, service]));
  for (const { name, subscribes, invokes } of services) {
    for (const source of subscribes) {
      if (!known.get(source)?.eventSourced)
        throw new Error(`${name} subscribes ${source}, which publishes nothing`);
    }
    for (const callee of invokes) {
      if (!known.has(callee)) throw new Error(`${name} invokes ${callee}, which does not exist`);
    }
  }
};

/** The services of the map, completed with defaults. @throws when one refers to a service that is not in it */
export const servicesOf = (map: ServicesMap): readonly ServiceSpec[] => {
  const specs = Object.entries(map).map(([name, spec]) => ({ ...NONE, ...spec, name }));
  checkNames(specs);
  return specs;
};

/** The services that the chart deploys: the map in `charts/bankside/values.yaml`. */
export const allServices = (): readonly ServiceSpec[] => servicesOf(chartValues().services as ServicesMap);
