import type { NumberChange } from '@bankside/contracts/sagas';
import type { ActivityRequests } from '@bankside/saga';

/** A service with a replica of the customer's number. */
type InReplica = NumberChange & Readonly<{ service: 'accounts' | 'cards' }>;

const customers = ({ customerId }: NumberChange, ...rest: string[]) => ({
  service: 'customers',
  path: ['customers', customerId, 'mobile-number', ...rest],
});

/** The request of each step. All use the id of the change, so a repeat finds the effect of the first request. */
export const changeMobileNumberActivities = {
  changeNumber: (change: NumberChange) => ({
    ...customers(change),
    body: { changeId: change.changeId },
  }),
  /** Always accepted. A customer who does not exist has no number to roll back. */
  rollBackNumber: (change: NumberChange) => ({
    ...customers(change, change.changeId, 'roll-back'),
    ignoreRejections: ['customer-not-found'],
  }),
  settleNumber: (change: NumberChange) => customers(change, change.changeId, 'settlement'),

  acknowledgeNumber: ({ service, customerId, changeId }: InReplica) => ({
    service,
    path: ['customers', customerId, 'number-changes'],
    body: { changeId },
  }),
  rollBackAcknowledgement: ({ service, customerId, changeId }: InReplica) => ({
    service,
    path: ['customers', customerId, 'number-changes', changeId, 'roll-back'],
  }),

  acceptByLoans: ({ customerId, changeId }: NumberChange) => ({
    service: 'loans',
    path: ['customers', customerId, 'number-changes'],
    body: { changeId },
  }),
} satisfies ActivityRequests;
