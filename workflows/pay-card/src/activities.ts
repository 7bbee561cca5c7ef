import { activitiesOf, type ServiceCall } from '@bankside/saga/worker';
import type { CardPayment } from './payment';

type Money = Pick<CardPayment, 'amountCents' | 'currency'>;
type Withdrawal = Readonly<{ withdrawalId: string; account: string }>;

/** What each step asks of which service. Every id is the payment's, so that a repeat meets what it did before. */
const requests = {
  withdrawForCard: ({ account, ...body }: Withdrawal & Money & Pick<CardPayment, 'customerId'>) => ({
    service: 'accounts',
    path: ['accounts', account, 'withdrawals'],
    body,
  }),
  /** Never refused, whether or not the money was withdrawn; where there is no account, it was not. */
  cancelWithdrawalForCard: ({ account, withdrawalId }: Withdrawal) => ({
    service: 'accounts',
    path: ['accounts', account, 'withdrawals', withdrawalId, 'cancellation'],
    ignoreRejections: ['account-not-found'],
  }),
  creditCard: ({ cardNumber, ...body }: Omit<CardPayment, 'fromAccount'>) => ({
    service: 'cards',
    path: ['cards', cardNumber, 'payments'],
    body,
  }),
};

export const createPayCardActivities = (call: ServiceCall) => activitiesOf(requests, call);
export type PayCardActivities = ReturnType<typeof createPayCardActivities>;
