import { join } from 'node:path';
import { rejectWith, withdrawalRoutes, type SagaFixture } from '@bankside/saga/testing';
import { gadgetSaga, type GadgetInput } from '../contract';
import { gadgetActivities } from '../src/activities';

/** For the tests of the saga, and for that of the worker, which is killed at each of the steps in `crashes`. */
export const fixture: SagaFixture<GadgetInput> = {
  contract: gadgetSaga,
  workflowsPath: join(__dirname, '../src/workflow.ts'),
  activities: gadgetActivities,
  histories: join(__dirname, '../histories'),
  routes: [
    ...withdrawalRoutes,
    { step: 'deposit', path: 'accounts/accounts/:account/deposits', entity: 'deposit', to: 'made' },
  ],
  input: (gadgetId) => ({
    gadgetId,
    fromAccount: '1000000017',
    toAccount: '1000000025',
    amountCents: 2933,
    currency: 'EUR',
  }),
  crashes: {
    runs: [
      { outcome: 'confirmed', steps: ['withdraw', 'deposit'] },
      {
        outcome: 'rejected',
        steps: ['cancel-withdrawal'],
        prepare: (fakes, id) => fakes.nextOf(id, 'deposit', rejectWith('account-not-open')),
      },
    ],
    states: {
      confirmed: { withdrawal: 'made', deposit: 'made' },
      rejected: { withdrawal: 'cancelled' },
    },
  },
};
