import * as z from 'zod';
import { count } from '../fields';
import { owners, servicesWithConsumers } from '../owners';
import { witnessedHeadsResponse } from './consumers';
import type { Operations } from './operation';

const service = z.enum(owners);

/** Query of `GET /audit/chain` of a service. */
export const auditChainQuery = z.strictObject({
  partition: z.coerce.number().int().nonnegative().max(63).default(0),
  after: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(0)
    .meta({ description: '`next` of the previous page' }),
  hashes: z
    .string()
    .regex(/^\d{1,15}(,\d{1,15}){0,99}$/)
    .optional()
    .meta({ description: 'Numbers of links, separated by commas: the page contains their hashes' }),
});

const chainProblem = z.object({
  partition: count,
  number: count.optional().meta({ description: 'Number of the commit in the partition' }),
  position: count.optional().meta({ description: 'Last position of the feed after it' }),
  stream: z.string().optional(),
  revision: count.optional(),
  problem: z.string(),
});

const auditedCommit = z.object({
  stream: z.string(),
  revision: count,
  commandId: z.string(),
  at: z.string(),
  correlationId: z.string().optional().meta({ description: 'Of the request that it follows from' }),
  events: z.array(z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) })),
});

/** `GET /audit/chain` of a service. */
const auditChainResponse = z.object({
  partitions: count,
  links: count.meta({ description: 'Commits that this page has verified' }),
  problems: z.array(chainProblem),
  commits: z.array(auditedCommit).meta({ description: 'As stored, without encrypted fields' }),
  hashes: z.record(z.string(), z.string()).meta({ description: 'By number; a missing link has none' }),
  next: count.optional(),
});
export type AuditChainResponse = z.infer<typeof auditChainResponse>;

export const auditOperations = {
  auditService: {
    method: 'get',
    path: '/api/audit/{service}',
    summary: 'Verify that the stored states of a service match its events',
    description:
      'Replays as many streams as fit into two seconds. Repeat with `next` as `after` until there is no `next`.',
    params: z.strictObject({ service }),
    query: z.strictObject({
      after: z.coerce
        .number()
        .int()
        .nonnegative()
        .optional()
        .meta({ description: '`next` of the previous page' }),
    }),
    success: {
      status: 200,
      description: 'The number of replayed streams and commits, and the differences found.',
      schema: z.object({
        streams: z.int(),
        commits: z.int(),
        events: z.int(),
        problems: z.array(z.object({ stream: z.string(), problem: z.string() })),
        next: z.int().optional(),
      }),
    },
    roles: ['operator'],
  },
  auditChain: {
    method: 'get',
    path: '/api/audit/{service}/chain',
    summary: 'Verify the hash chain over the feed of a service',
    description:
      'Recomputes the hash of each commit and its published events, and names those that differ. The first page also verifies triggers and grants, the last one that nothing is missing at the end. Repeat with `next` as `after` until there is no `next`, for each partition.',
    params: z.strictObject({ service }),
    query: auditChainQuery,
    success: {
      status: 200,
      description: 'The verified commits and the problems found.',
      schema: auditChainResponse,
    },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  listWitnessedHeads: {
    method: 'get',
    path: '/api/witnessed-heads',
    summary: 'List the heads of chains that the consumers of each feed have kept',
    description: 'Compare them with the `hashes` of the chain: a rewritten history disagrees with them.',
    success: {
      status: 200,
      description: 'Each service has its own status: one that does not respond does not hide the others.',
      schema: z.object({
        services: z.array(
          z.object({
            service: z.enum(servicesWithConsumers),
            status: z.enum(['ok', 'unavailable']),
            ...witnessedHeadsResponse.shape,
          }),
        ),
      }),
    },
    roles: ['operator'],
  },
} satisfies Operations;
