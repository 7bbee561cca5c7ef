import { defineProjection } from '@bankside/projections';

/** A transfer as its sender sees it. Its purpose stays with the owner, which can forget it. */
type TransferLine = Readonly<{
  transferId: string;
  /** The sender. */
  customerId: string;
  fromAccount: string;
  toAccount: string;
  amountCents: number;
  currency: string;
  status: 'requested' | 'completed' | 'rejected';
  reason?: string;
  requestedAt: string;
}>;

export const transfers = defineProjection<TransferLine>({
  name: 'transfers',
  collectionName: 'transfers',
  version: 1,
  store: 'postgres',
  sources: ['accounts'],
  keyOf: ({ data }) => data.transferId,
  initial: (transferId) => ({
    transferId,
    customerId: '',
    fromAccount: '',
    toAccount: '',
    amountCents: 0,
    currency: '',
    status: 'requested',
    requestedAt: '',
  }),
  apply: {
    'accounts.transfer-requested.v1': (transfer, { time, data }) => {
      const { recipientId: _private, ...requested } = data;
      return { ...transfer, ...requested, requestedAt: time };
    },
    'accounts.transfer-completed.v1': (transfer) => ({ ...transfer, status: 'completed' }),
    'accounts.transfer-rejected.v1': (transfer, { data: { reason } }) => ({
      ...transfer,
      status: 'rejected',
      reason,
    }),
  },
  lists: [{ by: 'customerId', sort: 'requestedAt', descending: true }],
});
