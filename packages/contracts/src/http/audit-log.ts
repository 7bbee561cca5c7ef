import * as z from 'zod';
import { customerId, text } from '../fields';
import { roles, type Operations } from './operation';
import { instant, page } from './paging';
import { sagaId } from './saga-fields';

const action = text(1, 64).meta({ description: '`operationId` of the call', examples: ['setFaults'] });
const subject = text(1, 255).meta({ description: 'Subject of the token', examples: ['teller-7'] });

/** A call of staff that is recorded. */
const auditEntry = z.object({
  at: z.iso.datetime(),
  subject,
  roles: z.array(z.enum(roles)).meta({ description: 'The roles that opened the call' }),
  action,
  targets: z
    .record(z.string(), z.unknown())
    .meta({ description: 'Parameters and fields of the request that are not personal' }),
  reason: z.string().optional(),
  traceId: z.string(),
  endedAt: z.iso.datetime().optional(),
  status: z.int().optional().meta({
    description: 'HTTP status. Missing while the call runs, and if its outcome could not be recorded',
  }),
  problem: z
    .string()
    .optional()
    .meta({ examples: ['not-found'] }),
  customers: z.array(z.string()).meta({ description: 'Ids of the customers in the response' }),
});
export type AuditEntry = z.infer<typeof auditEntry>;

const query = z.strictObject({
  ...page,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be `next` of a page')
    .optional()
    .meta({ description: '`next` of the previous page' }),
  subject: subject.optional(),
  action: action.optional(),
  customerId: customerId.optional().meta({ description: 'Named by the request or in the response' }),
  sagaId: sagaId.optional().meta({ description: 'Saga that the call was about' }),
  from: instant.optional(),
  to: instant.optional(),
});
export type AuditLogQuery = z.infer<typeof query>;

export const auditLogOperations = {
  listAuditLog: {
    method: 'get',
    path: '/api/audit-log',
    summary: 'List what staff did, newest first',
    description:
      'Fault switches, rebuilds, replays, decisions about sagas, closures of customers, and each time staff read a person. Entries are kept and never change.',
    query,
    success: {
      status: 200,
      description: 'A page of entries.',
      schema: z.object({ entries: z.array(auditEntry), next: z.string().optional() }),
    },
    roles: ['operator'],
  },
} satisfies Operations;
