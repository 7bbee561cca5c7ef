import { activitiesOf, type ServiceCall } from '@bankside/saga/worker';
import type { NumberChange } from './change';

/** Services that keep a copy of the number. */
type Copying = NumberChange & Readonly<{ service: 'accounts' | 'cards' }>;

const inCustomers = ({ customerId }: NumberChange, ...rest: string[]) => ({
  service: 'customers',
  path: ['customers', customerId, 'mobile-number', ...rest],
});

/** What each step asks of which service. All know the change by its id, so that a repeat meets what it did before. */
const requests = {
  changeNumber: (change: NumberChange) => ({
    ...inCustomers(change),
    body: { changeId: change.changeId },
  }),
  /** Never refused, whether or not the number was changed; whom nobody knows has none. */
  rollBackNumber: (change: NumberChange) => ({
    ...inCustomers(change, change.changeId, 'roll-back'),
    ignoreRejections: ['customer-not-found'],
  }),
  settleNumber: (change: NumberChange) => inCustomers(change, change.changeId, 'settlement'),

  acknowledgeNumber: ({ service, customerId, changeId }: Copying) => ({
    service,
    path: ['customers', customerId, 'number-changes'],
    body: { changeId },
  }),
  rollBackAcknowledgement: ({ service, customerId, changeId }: Copying) => ({
    service,
    path: ['customers', customerId, 'number-changes', changeId, 'roll-back'],
  }),

  acceptByLoans: ({ customerId, changeId }: NumberChange) => ({
    service: 'loans',
    path: ['customers', customerId, 'number-changes'],
    body: { changeId },
  }),
};

export const createChangeMobileNumberActivities = (call: ServiceCall) => activitiesOf(requests, call);
export type ChangeMobileNumberActivities = ReturnType<typeof createChangeMobileNumberActivities>;
