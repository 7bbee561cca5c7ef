import * as z from 'zod';
import { activeFaults } from '../faults';
import { count, id } from '../fields';
import { servicesWithVitals } from '../owners';
import { consumerLag } from './consumers';
import type { Operations } from './operation';

const service = z.enum(servicesWithVitals);

/** Requests of one caller in the last complete second. */
const traffic = z.object({
  count,
  failed: count.meta({ description: 'Those of them with a status of 500 or more' }),
});

/** `GET /vitals` of a service: one replica about itself. Injected faults do not affect it. */
export const vitalsResponse = z.object({
  instance: id.meta({ description: 'Differs for each process' }),
  ready: z.boolean(),
  missing: z.string().optional().meta({ description: 'What it waits for if it is not ready' }),
  callers: z.record(z.string(), traffic).meta({
    description: 'By app id; `broker` delivers events',
  }),
  p95Ms: z
    .number()
    .optional()
    .meta({ description: 'Of the requests of the last 30 seconds; missing without requests' }),
  crashes: count.meta({ description: 'Responses with status 500 in the last 30 seconds' }),
  faults: activeFaults.optional().meta({ description: 'Missing where fault injection is disabled' }),
});
export type Vitals = z.infer<typeof vitalsResponse>;

const serviceState = z.enum(['ok', 'slow', 'failing', 'down']).meta({
  description:
    '`failing`: not ready, or requests fail because of the service itself. `slow`: on purpose, or the 95th percentile is above a second. Outages of other services do not count.',
});

const serviceOfSystem = z.object({
  service,
  state: serviceState,
  reasons: z.array(z.string()).meta({ description: 'Why it is not `ok`, in words' }),
  replicas: count.meta({ description: 'Processes that responded within the last 15 seconds' }),
  callers: z.record(z.string(), traffic),
  p95Ms: z.number().optional(),
  faults: activeFaults.optional(),
  outbox: count.optional().meta({ description: 'Commits that wait in the outbox' }),
  consumers: z.array(consumerLag),
});
export type ServiceOfSystem = z.infer<typeof serviceOfSystem>;

const systemResponse = z.object({
  at: z.iso.datetime(),
  gateway: z.object({ callers: z.record(z.string(), traffic), p95Ms: z.number().optional() }),
  services: z.array(serviceOfSystem),
});
export type SystemResponse = z.infer<typeof systemResponse>;

const statusResponse = z.object({
  at: z.iso.datetime(),
  faults: z
    .array(z.object({ service, faults: activeFaults }))
    .meta({ description: 'Of each service with any' }),
  unavailable: z.array(service).meta({ description: 'Services that do not respond' }),
  balanced: z
    .boolean()
    .optional()
    .meta({ description: 'Whether all postings of the journal sum to 0. Missing while that is unknown' }),
  needsPerson: count.optional().meta({
    description: 'Sagas, dead letters and consumers that need a person. For operators; missing while unknown',
  }),
});
export type StatusResponse = z.infer<typeof statusResponse>;

export const systemOperations = {
  getSystem: {
    method: 'get',
    path: '/api/system',
    summary: 'Read the state of all services',
    description:
      'Health, replicas, requests of the last second by caller, latency, outbox, lag and faults. Readings are shared: a second reader within 0.7 seconds gets the same.',
    success: { status: 200, description: 'All services.', schema: systemResponse },
    roles: ['operator'],
  },
  getStatus: {
    method: 'get',
    path: '/api/status',
    summary: 'Read whether the system is as it should be',
    description: 'For every role: faults that are on, services that do not respond, and the books.',
    success: { status: 200, description: 'The status, at most a few seconds old.', schema: statusResponse },
    roles: ['customer', 'teller', 'operator'],
    owner: 'none',
  },
} satisfies Operations;
