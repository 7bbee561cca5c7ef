import { join } from 'node:path';
import { payCardSaga, type CardPayment } from '@bankside/contracts/sagas';
import { rejectWith, withdrawalRoutes, type SagaFixture } from '@bankside/saga/testing';
import { payCardActivities } from '../src/activities';

export const fixture: SagaFixture<CardPayment> = {
  contract: payCardSaga,
  activities: payCardActivities,
  histories: join(__dirname, '../histories'),
  routes: [
    ...withdrawalRoutes,
    { step: 'credit', path: 'cards/cards/:card/payments', idIn: 'paymentId', entity: 'card', to: 'paid' },
  ],
  input: (paymentId) => ({
    paymentId,
    fromAccount: '1000000017',
    cardNumber: '400000000006',
    amountCents: 2933,
    currency: 'EUR',
    customerId: 'customer-1',
  }),
  crashes: {
    runs: [
      { outcome: 'confirmed', steps: ['withdraw', 'credit'] },
      {
        outcome: 'rejected',
        steps: ['cancel-withdrawal'],
        prepare: (fakes, id) => fakes.nextOf(id, 'credit', rejectWith('payment-exceeds-debt', 422)),
      },
      { outcome: 'cancelled', steps: ['withdraw'], cancelWhileDown: true },
    ],
    states: {
      confirmed: { withdrawal: 'made', card: 'paid' },
      rejected: { withdrawal: 'cancelled' },
      cancelled: { withdrawal: 'cancelled' },
    },
  },
};
