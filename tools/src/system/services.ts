import { parse } from 'yaml';

/** What a service is and may do, as the chart's values say. */
export type ServiceSpec = Readonly<{
  name: string;
  database: boolean;
  eventSourced: boolean;
  personalData: boolean;
  subscribes: readonly string[];
  invokes: readonly string[];
  mongodb: boolean;
  temporal: boolean;
  expose: boolean;
}>;

type Values = Readonly<{ services?: Readonly<Record<string, Partial<ServiceSpec> | null>> }>;

const NONE: Omit<ServiceSpec, 'name'> = {
  database: false,
  eventSourced: false,
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

/** The services map of a values file. @throws when a service names one that is not there */
export const parseServices = (yaml: string): readonly ServiceSpec[] => {
  const { services = {} } = (parse(yaml) ?? {}) as Values;
  const specs = Object.entries(services).map(([name, spec]) => ({ ...NONE, ...spec, name }));
  checkNames(specs);
  return specs;
};
