import { z } from 'zod';
import { faults } from '../faults';
import { servicesWithFaults } from '../owners';
import type { Operations } from './operation';

const params = z.strictObject({ service: z.enum(servicesWithFaults) });
const success = { status: 200, description: 'The faults that are set.', schema: faults } as const;
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
    summary: 'Set the faults of a service',
    description: `${availability} Omitted faults are cleared, so \`{}\` clears all of them; so does a restart. Faults apply to one replica. Those of commits and events apply to services that publish events.`,
    params,
    body: faults,
    success,
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
} satisfies Operations;
