import type { Transfer } from '@bankside/contracts/sagas';
import type { ActivityRequests } from '@bankside/saga';

type Withdrawal = Readonly<{ account: string; withdrawalId: string }>;
type OfTransfer = Pick<Transfer, 'transferId'>;
type Movement = Pick<Transfer, 'transferId' | 'amountCents' | 'currency'> &
  Readonly<{ account: string; counterparty: string }>;

/** The request of each step. All use the id of the transfer, so a repeat finds the effect of the first request. */
export const transferMoneyActivities = {
  withdrawForTransfer: ({ account, ...body }: Movement & Withdrawal & Pick<Transfer, 'customerId'>) => ({
    service: 'accounts',
    path: ['accounts', account, 'withdrawals'],
    body,
  }),
  /** Always accepted. Where the account does not exist, no money was withdrawn. */
  cancelWithdrawalForTransfer: ({ account, withdrawalId }: Withdrawal) => ({
    service: 'accounts',
    path: ['accounts', account, 'withdrawals', withdrawalId, 'cancellation'],
    ignoreRejections: ['account-not-found'],
  }),
  depositForTransfer: ({ account, ...body }: Movement & Readonly<{ depositId: string }>) => ({
    service: 'accounts',
    path: ['accounts', account, 'deposits'],
    body,
  }),
  completeTransfer: ({ transferId }: OfTransfer) => ({
    service: 'accounts',
    path: ['transfers', transferId, 'completion'],
  }),
  rejectTransfer: ({ transferId, reason }: OfTransfer & Readonly<{ reason: string }>) => ({
    service: 'accounts',
    path: ['transfers', transferId, 'rejection'],
    body: { reason },
  }),
} satisfies ActivityRequests;
