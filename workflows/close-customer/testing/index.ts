import { join } from 'node:path';
import { closeCustomerSaga, type CustomerClosure } from '@bankside/contracts/sagas';
import { rejectWith, type FakeRoute, type SagaFixture } from '@bankside/saga/testing';
import { closeCustomerActivities } from '../src/activities';

export const CUSTOMER = 'customer-1';
export const OWNERS = ['accounts', 'cards', 'loans', 'orders'] as const;

const CUSTOMERS = `customers/customers/${CUSTOMER}`;

const inOwner = (owner: (typeof OWNERS)[number]): readonly FakeRoute[] => {
  const path = `${owner}/closures/:id`;
  const [block, holdings] = [{ entity: `block-${owner}` }, { entity: `holdings-${owner}` }];
  return [
    { step: `block-${owner}`, path: `${path}/block`, ...block, to: 'blocked', unless: ['unblocked'] },
    { step: `unblock-${owner}`, path: `${path}/unblock`, ...block, to: 'unblocked' },
    { step: `close-${owner}`, path: `${path}/close`, ...holdings, to: 'closed', unless: ['open'] },
    { step: `reopen-${owner}`, path: `${path}/reopen`, ...holdings, to: 'open' },
  ];
};

const statesIn = (block: string, holdings: string) =>
  Object.fromEntries(
    OWNERS.flatMap((owner) => [
      [`block-${owner}`, block],
      [`holdings-${owner}`, holdings],
    ]),
  );

/** All entities after a closure, and after one that was reversed at its end. */
export const LEFT = { ...statesIn('blocked', 'closed'), customer: 'deactivated' };
export const STAYED = { ...statesIn('unblocked', 'open'), customer: 'staying' };

export const fixture: SagaFixture<CustomerClosure> = {
  contract: closeCustomerSaga,
  activities: closeCustomerActivities,
  histories: join(__dirname, '../histories'),
  routes: [
    {
      step: 'start',
      path: `${CUSTOMERS}/closures/start`,
      idIn: 'closureId',
      entity: 'customer',
      to: 'leaving',
      unless: ['staying'],
    },
    {
      step: 'stay',
      path: `${CUSTOMERS}/closures/reversal`,
      idIn: 'closureId',
      entity: 'customer',
      to: 'staying',
    },
    {
      step: 'deactivate',
      path: `${CUSTOMERS}/closures/deactivation`,
      idIn: 'closureId',
      entity: 'customer',
      to: 'deactivated',
      unless: ['staying'],
    },
    { step: 'forget', path: `${CUSTOMERS}/forget`, entity: 'personal data', to: 'erased' },
    ...OWNERS.flatMap(inOwner),
  ],
  input: (closureId) => ({ closureId, customerId: CUSTOMER, forced: false, forget: false }),
  crashes: {
    runs: [
      { outcome: 'confirmed', steps: ['start', 'block-loans', 'close-accounts', 'deactivate'] },
      {
        outcome: 'rejected',
        steps: ['reopen-accounts', 'unblock-cards', 'stay'],
        prepare: (fakes, id) => fakes.nextOf(id, 'deactivate', rejectWith('customer-cannot-leave')),
      },
      { outcome: 'cancelled', steps: ['close-cards'], cancelWhileDown: true },
    ],
    states: { confirmed: LEFT, rejected: STAYED, cancelled: STAYED },
  },
};
