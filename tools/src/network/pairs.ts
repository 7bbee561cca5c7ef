import { instancesOf, usesBroker, type ServiceSpec } from '../system/services';

/** Two processes of which the first one opens connections to the other. */
export type Pair = readonly [from: string, to: string];

const SIDECAR = '-dapr';
const BACKING = ['postgres', 'redis', 'temporal', 'ferretdb'];

export const sidecarOf = (service: string): string => `${service}${SIDECAR}`;
export const isSidecar = (process: string): boolean => process.endsWith(SIDECAR);
/** The replica of a service that a sidecar serves; any other process itself. */
export const podOf = (process: string): string =>
  isSidecar(process) ? process.slice(0, -SIDECAR.length) : process;

const TO = '→';
export const linkName = (from: string, to: string): string => `${from}${TO}${to}`;
/** The two processes of a link. */
export const endsOf = (link: string): readonly string[] => link.split(TO);

/** The services whose operations or feeds a service calls through its sidecar. */
const calleesOf = ({ name, calls, systemCalls, subscribes }: ServiceSpec): readonly string[] =>
  [...new Set([...Object.keys(calls), ...Object.keys(systemCalls), ...subscribes])].filter(
    (callee) => callee !== name,
  );

/** All pairs of processes that communicate in a system of these services with so many replicas. */
export const pairsOf = (services: readonly ServiceSpec[], replicas = 1): readonly Pair[] => {
  const pairsOfInstance = (service: ServiceSpec, instance: string): readonly Pair[] => {
    const { database, eventSourced, mongodb, temporal } = service;
    const sidecar = sidecarOf(instance);
    const callees = calleesOf(service);
    const optional = (exists: boolean, pair: Pair): readonly Pair[] => (exists ? [pair] : []);
    return [
      [instance, sidecar],
      [sidecar, instance],
      ...services
        .filter(({ name }) => callees.includes(name))
        .flatMap((callee) => instancesOf(callee, replicas))
        .map((callee): Pair => [sidecar, sidecarOf(callee)]),
      ...optional(database, [instance, 'postgres']),
      ...optional(eventSourced, [sidecar, 'postgres']),
      ...optional(usesBroker(service), [sidecar, 'redis']),
      ...optional(mongodb, [instance, 'ferretdb']),
      ...optional(temporal, [instance, 'temporal']),
    ];
  };
  const each = services.flatMap((service) =>
    instancesOf(service, replicas).flatMap((instance) => pairsOfInstance(service, instance)),
  );
  return services.some(({ mongodb }) => mongodb) ? [...each, ['ferretdb', 'postgres']] : each;
};

const roleOf = (process: string): string => {
  if (BACKING.includes(process)) return process;
  return isSidecar(process) ? 'sidecar' : 'service';
};

/** For example `sidecar→postgres`. */
export const kindOfLink = (link: string): string => endsOf(link).map(roleOf).join(TO);
