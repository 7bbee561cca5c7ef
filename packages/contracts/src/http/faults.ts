import * as z from 'zod';
import { activeFaults, faults, withDuration } from '../faults';
import { servicesWithFaults } from '../owners';
import type { Operations } from './operation';

const params = z.strictObject({ service: z.enum(servicesWithFaults) });
const success = {
  status: 200,
  description: 'The faults that are on, and when each ends by itself.',
  schema: activeFaults,
} as const;
const availability = 'Available only where fault injection is enabled, never in production; otherwise 404.';

export const faultOperations = {
  getFaults: {
    method: 'get',
    path: '/api/faults/{service}',
    summary: 'Read the faults set for a service',
    description: availability,
    params,
    success,
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  setFaults: {
    method: 'put',
    audited: true,
    path: '/api/faults/{service}',
    summary: 'Set the faults of a service, and clear all others',
    description: `${availability} \`{}\` clears all faults; so does a restart. Faults apply to one replica. Those of commits and events apply to services that publish events.`,
    params,
    body: withDuration(faults),
    success,
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  switchFaults: {
    method: 'patch',
    audited: true,
    path: '/api/faults/{service}',
    summary: 'Switch faults of a service on or off, and keep all others',
    description: `${availability} 0, \`false\` and an empty text switch a fault off.`,
    params,
    body: withDuration(faults),
    success,
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
} satisfies Operations;
