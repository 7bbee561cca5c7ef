import { contracts, type Owner } from './contracts';

/** The services that store events and publish them. */
export const owners = Object.keys(contracts) as readonly Owner[];

/** The services whose faults an operator can set. */
export const servicesWithFaults = [...owners, 'projection', 'composer'] as const;

/** The services with the operator route `/vitals`. */
export const servicesWithVitals = [...owners, 'worker', 'projection', 'composer'] as const;

/** The services with the operator routes `/consumers` and `/dead-letters`. */
export const servicesWithConsumers = [...owners, 'worker', 'projection'] as const;
