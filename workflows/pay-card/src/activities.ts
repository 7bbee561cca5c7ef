import type { CardPayment } from '@bankside/contracts/sagas';
import type { ActivityRequests } from '@bankside/saga';

type Money = Pick<CardPayment, 'amountCents' | 'currency'>;
type Withdrawal = Readonly<{ withdrawalId: string; account: string }>;

/** The request of each step. All use the id of the payment, so a repeat finds the effect of the first request. */
export const payCardActivities = {
  withdrawForCard: ({
    account,
    ...body
  }: Withdrawal & Money & Pick<CardPayment, 'cardNumber' | 'customerId'>) => ({
    service: 'accounts',
    path: ['accounts', account, 'withdrawals'],
    body,
  }),
  /** Always accepted. Where the account does not exist, no money was withdrawn. */
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
} satisfies ActivityRequests;
