import { join } from 'node:path';
import { changeMobileNumberSaga, type NumberChange } from '@bankside/contracts/sagas';
import { rejectWith, type FakeRoute, type SagaFixture } from '@bankside/saga/testing';
import { changeMobileNumberActivities } from '../src/activities';

const NUMBER = 'customers/customers/c-1/mobile-number';
const rolledBack = { number: 'rolled-back', accounts: 'rolled-back', cards: 'rolled-back' };

const acknowledgement = (service: string): FakeRoute => ({
  step: service,
  path: `${service}/customers/c-1/number-changes`,
  idIn: 'changeId',
  entity: service,
  to: 'acknowledged',
  unless: ['rolled-back'],
});
const rollBack = (service: string): FakeRoute => ({
  step: `roll-back-${service}`,
  path: `${service}/customers/c-1/number-changes/:id/roll-back`,
  entity: service,
  to: 'rolled-back',
});

export const fixture: SagaFixture<NumberChange> = {
  contract: changeMobileNumberSaga,
  activities: changeMobileNumberActivities,
  histories: join(__dirname, '../histories'),
  routes: [
    {
      step: 'change',
      path: NUMBER,
      idIn: 'changeId',
      entity: 'number',
      to: 'open',
      unless: ['rolled-back'],
    },
    {
      step: 'roll-back',
      path: `${NUMBER}/:id/roll-back`,
      entity: 'number',
      to: 'rolled-back',
      unless: ['settled'],
    },
    {
      step: 'settle',
      path: `${NUMBER}/:id/settlement`,
      entity: 'number',
      to: 'settled',
      unless: ['rolled-back'],
    },
    acknowledgement('accounts'),
    rollBack('accounts'),
    acknowledgement('cards'),
    rollBack('cards'),
    acknowledgement('loans'),
  ],
  input: (changeId) => ({ changeId, customerId: 'c-1' }),
  crashes: {
    runs: [
      { outcome: 'confirmed', steps: ['change', 'accounts', 'cards', 'loans', 'settle'] },
      {
        outcome: 'rejected',
        steps: ['roll-back-cards', 'roll-back-accounts', 'roll-back'],
        prepare: (fakes, id) => fakes.nextOf(id, 'loans', rejectWith('loan-locked')),
      },
      { outcome: 'cancelled', steps: ['change', 'accounts', 'cards'], cancelWhileDown: true },
    ],
    states: {
      confirmed: {
        number: 'settled',
        accounts: 'acknowledged',
        cards: 'acknowledged',
        loans: 'acknowledged',
      },
      rejected: rolledBack,
      cancelled: rolledBack,
    },
  },
};
