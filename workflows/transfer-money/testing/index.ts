import { join } from 'node:path';
import { transferMoneySaga, type Transfer } from '@bankside/contracts/sagas';
import { rejectWith, withdrawalRoutes, type SagaFixture } from '@bankside/saga/testing';
import { transferMoneyActivities } from '../src/activities';

const ACCOUNTS = 'accounts/accounts/:account';
const TRANSFERS = 'accounts/transfers/:id';

export const fixture: SagaFixture<Transfer> = {
  contract: transferMoneySaga,
  activities: transferMoneyActivities,
  histories: join(__dirname, '../histories'),
  routes: [
    ...withdrawalRoutes,
    { step: 'deposit', path: `${ACCOUNTS}/deposits`, idIn: 'depositId', entity: 'deposit', to: 'made' },
    { step: 'complete-transfer', path: `${TRANSFERS}/completion`, entity: 'transfer', to: 'completed' },
    { step: 'reject-transfer', path: `${TRANSFERS}/rejection`, entity: 'transfer', to: 'rejected' },
  ],
  input: (transferId) => ({
    transferId,
    customerId: 'customer-1',
    fromAccount: '1000000017',
    toAccount: '1000000025',
    amountCents: 2933,
    currency: 'EUR',
  }),
  crashes: {
    runs: [
      { outcome: 'confirmed', steps: ['withdraw', 'deposit', 'complete-transfer'] },
      {
        outcome: 'rejected',
        steps: ['cancel-withdrawal', 'reject-transfer'],
        prepare: (fakes, id) => fakes.nextOf(id, 'deposit', rejectWith('counterparty-not-open')),
      },
      { outcome: 'cancelled', steps: ['withdraw'], cancelWhileDown: true },
    ],
    states: {
      confirmed: { withdrawal: 'made', deposit: 'made', transfer: 'completed' },
      rejected: { withdrawal: 'cancelled', transfer: 'rejected' },
      cancelled: { withdrawal: 'cancelled', transfer: 'rejected' },
    },
  },
};
