import { activitiesOf, type ServiceCall } from '@bankside/saga/worker';
import type { GadgetInput } from './input';

type Withdrawal = Readonly<{ withdrawalId: string; account: string }>;

/** The request that each activity sends, and to which service. */
export const requests = {
  withdrawForGadget: ({ account, ...body }: Withdrawal & Pick<GadgetInput, 'amountCents' | 'currency'>) => ({
    service: 'accounts',
    path: ['accounts', account, 'withdrawals'],
    body,
  }),
  cancelWithdrawalForGadget: ({ account, withdrawalId }: Withdrawal) => ({
    service: 'accounts',
    path: ['accounts', account, 'withdrawals', withdrawalId, 'cancellation'],
    ignoreRejections: ['account-not-found'],
  }),
};

export const createGadgetActivities = (call: ServiceCall) => activitiesOf(requests, call);
export type GadgetActivities = ReturnType<typeof createGadgetActivities>;
