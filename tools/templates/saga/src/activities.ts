import type { ActivityRequests } from '@bankside/saga';
import type { GadgetInput } from '../contract';

type Withdrawal = Readonly<{ withdrawalId: string; account: string }>;

/** The request of each step. All use the id of the saga, so a repeat finds the effect of the first request. */
export const gadgetActivities = {
  withdrawForGadget: ({ account, ...body }: Withdrawal & Pick<GadgetInput, 'amountCents' | 'currency'>) => ({
    service: 'accounts',
    path: ['accounts', account, 'withdrawals'],
    body,
  }),
  /** Always accepted. Where the account does not exist, no money was withdrawn. */
  cancelWithdrawalForGadget: ({ account, withdrawalId }: Withdrawal) => ({
    service: 'accounts',
    path: ['accounts', account, 'withdrawals', withdrawalId, 'cancellation'],
    ignoreRejections: ['account-not-found'],
  }),
  depositForGadget: ({
    account,
    ...body
  }: Pick<GadgetInput, 'amountCents'> & Readonly<{ account: string }>) => ({
    service: 'accounts',
    path: ['accounts', account, 'deposits'],
    body,
  }),
} satisfies ActivityRequests;
