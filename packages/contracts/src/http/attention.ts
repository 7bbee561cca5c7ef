import * as z from 'zod';
import { count, customerId, orderId, text } from '../fields';
import { consumerRef } from './consumers';
import { sagaId } from './saga-fields';
import type { Operations } from './operation';
import { next, page } from './paging';
import { correlationId } from './stories';

const kind = z.enum(['saga', 'dead-letter', 'consumer', 'refund']);
const attentionId = z.uuid();
const reason = text(3, 500);

const finishMode = z.enum(['undo', 'complete']).meta({
  description:
    'How `POST /api/sagas/{sagaId}/finish` would finish the saga: `undo` compensates what it left, `complete` asks the step that decides again and runs those after it',
});

/** Something that needs or needed a person. */
const attentionItem = z.object({
  attentionId,
  kind,
  cause: z
    .enum(['retrying', 'aborted', 'skipped', 'failed', 'terminated', 'timed-out', 'poison', 'stuck', 'held'])
    .meta({
      description:
        '`retrying`: a step of a running saga keeps failing. `skipped`: a saga ended without a step that an operator skipped. `poison`: a dead letter blocks a stream. `stuck`: a consumer or view has not moved for 30 seconds although events are missing. `held`: no account or card could take a refund, and a teller pays it out in cash (`POST /api/orders/{orderId}/returns/{returnId}/payout`; the return has the id of its saga)',
    }),
  title: z.string().meta({ examples: ['Place order was aborted at “void”'] }),
  state: z.enum(['open', 'recovered', 'resolved']).meta({
    description:
      '`recovered`: the cause is gone, for example since the step succeeded; no operator has resolved it',
  }),
  since: z.iso.datetime(),
  recoveredAt: z.iso.datetime().optional(),
  resolvedAt: z.iso.datetime().optional(),
  resolvedBy: z.string().optional(),
  reason: z.string().optional(),
  sagaId: z.string().optional(),
  saga: z
    .string()
    .optional()
    .meta({ examples: ['place-order'] }),
  step: z.string().optional(),
  customerId: customerId.optional(),
  orderId: orderId.optional(),
  correlationId: correlationId.optional(),
  service: z.string().optional(),
  ...consumerRef.partial().shape,
  finish: finishMode.optional().meta({ description: 'Of a saga that has ended and can be finished by hand' }),
});
export type AttentionItem = z.infer<typeof attentionItem>;

/** How much needs a person now. */
export const attentionCounts = z.object({
  open: count,
  recovered: count.meta({ description: 'Recovered by themselves and not resolved yet' }),
});

/** Query of `GET /attention` of the worker. */
export const attentionQuery = z.strictObject({
  ...page,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be `next` of a page')
    .optional()
    .meta({ description: '`next` of the previous page' }),
  state: attentionItem.shape.state.optional().meta({ description: 'Default: open and recovered ones' }),
  kind: kind.optional(),
  sagaId: sagaId.optional(),
});
export type AttentionQuery = z.infer<typeof attentionQuery>;

/** Response of `GET /attention` of the worker. */
const attentionPage = z.object({
  items: z.array(attentionItem),
  ...attentionCounts.shape,
  next,
});
export type AttentionPage = z.infer<typeof attentionPage>;

/** Body of a resolution and of a finishing. */
export const withReason = z.strictObject({ reason });

export const attentionOperations = {
  listAttention: {
    method: 'get',
    path: '/api/attention',
    summary: 'List what needs a person, newest first',
    description:
      'Sagas that were aborted, failed or ended without a skipped step, or whose step keeps failing; dead letters; stuck consumers and views; refunds that are held. An item stays until an operator resolves it with a reason, whatever Temporal keeps.',
    query: attentionQuery,
    success: { status: 200, description: 'A page of items, and how many there are.', schema: attentionPage },
    roles: ['operator'],
  },
  resolveAttention: {
    method: 'post',
    audited: true,
    path: '/api/attention/{attentionId}/resolve',
    summary: 'Resolve an item with a reason',
    description: 'Changes nothing but the item: what it is about stays as it is.',
    params: z.strictObject({ attentionId }),
    body: withReason,
    success: { status: 200, description: 'The resolved item.', schema: attentionItem },
    problems: { 404: ['not-found'], 409: ['attention-resolved'] },
    roles: ['operator'],
  },
} satisfies Operations;
