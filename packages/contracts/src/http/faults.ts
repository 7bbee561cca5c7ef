import { z } from 'zod';
import { faults } from '../faults';
import { faulty } from '../owners';
import type { Operations } from './operation';

const params = z.strictObject({ service: z.enum(faulty) });
const success = { status: 200, description: 'What is switched on.', schema: faults } as const;
const here = 'Only where fault switches are enabled, which is never in production; elsewhere 404.';

export const faultOperations = {
  getFaults: {
    method: 'get',
    path: '/api/faults/{service}',
    tag: 'operators',
    summary: 'Read what goes wrong with a service on purpose',
    description: here,
    params,
    success,
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  setFaults: {
    method: 'put',
    path: '/api/faults/{service}',
    tag: 'operators',
    summary: 'Let a service go wrong on purpose',
    description: `${here} What is left out is off, so that \`{}\` makes all good again; so does a restart. It is set in one replica. The switches for commits and events are for services that have them.`,
    params,
    body: faults,
    success,
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
} satisfies Operations;
