import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** By these one finds sagas in Temporal. Their names are a promise: saved searches and alerts use them. */
export const searchAttributes = {
  /** True while a person must look: something is retried for long, or the saga failed. */
  needsAttention: defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL),
  saga: defineSearchAttributeKey('saga', SearchAttributeType.KEYWORD),
  /** running, compensating, confirmed, rejected, cancelled, failed or aborted. */
  sagaState: defineSearchAttributeKey('sagaState', SearchAttributeType.KEYWORD),
  /** The first one; then which it waits for, where it turned back, or what needs attention; the last one when confirmed. */
  step: defineSearchAttributeKey('step', SearchAttributeType.KEYWORD),
  customerId: defineSearchAttributeKey('customerId', SearchAttributeType.KEYWORD),
  orderId: defineSearchAttributeKey('orderId', SearchAttributeType.KEYWORD),
} as const;

export type SagaState =
  'running' | 'compensating' | 'confirmed' | 'rejected' | 'cancelled' | 'failed' | 'aborted';
