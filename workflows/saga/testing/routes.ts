import type { FakeRoute } from './fake-services';

const WITHDRAWALS = 'accounts/accounts/:account/withdrawals';

/** A withdrawal that has the id of its saga, and its cancellation, which also forbids a late withdrawal. */
export const withdrawalRoutes: readonly FakeRoute[] = [
  {
    step: 'withdraw',
    path: WITHDRAWALS,
    idIn: 'withdrawalId',
    entity: 'withdrawal',
    to: 'made',
    unless: ['cancelled'],
  },
  {
    step: 'cancel-withdrawal',
    path: `${WITHDRAWALS}/:id/cancellation`,
    entity: 'withdrawal',
    to: 'cancelled',
  },
];
