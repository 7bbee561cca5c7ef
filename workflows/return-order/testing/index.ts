import { join } from 'node:path';
import { returnOrderSaga, type AcceptedReturn } from '@bankside/contracts/sagas';
import { rejectWith, type FakeRoute, type SagaFixture } from '@bankside/saga/testing';
import { returnOrderActivities } from '../src/activities';

export const ACCOUNT = '1000000017';
export const CARD = '400000000006';
export const ORDER = 'order-1';

const RETURN = 'orders/orders/:order/returns/:id';
const REFUNDS = 'payments/payments/:order/refunds';
const refund = { entity: 'refund' } as const;
const money = { entity: 'money' } as const;
const order = { entity: 'return' } as const;

const routes: readonly FakeRoute[] = [
  { step: 'verify', path: `${RETURN}/verification`, entity: 'verification', to: 'verified' },
  { step: 'complete', path: `${RETURN}/completion`, ...order, to: 'completed', unless: ['rejected'] },
  { step: 'reject', path: `${RETURN}/rejection`, ...order, to: 'rejected', unless: ['completed'] },
  { step: 'refund', path: REFUNDS, idIn: 'refundId', ...refund, to: 'refunded' },
  { step: 'hold-refund', path: `${REFUNDS}/:id/hold`, ...money, to: 'held' },
  { step: 'credit-account', path: 'accounts/accounts/refunds', idIn: 'refundId', ...money, to: 'on-account' },
  { step: 'credit-card', path: 'cards/cards/:card/refunds', idIn: 'refundId', ...money, to: 'on-card' },
  {
    step: 'restock',
    path: 'inventory/products/:sku/returns',
    idIn: 'returnId',
    entity: 'restocked',
    key: 'sku',
    to: 'free',
  },
  {
    step: 'write-off',
    path: 'inventory/products/:sku/write-offs',
    idIn: 'returnId',
    entity: 'written-off',
    key: 'sku',
    to: 'gone',
  },
];

const taken = { 'restocked/cd-1': 'free', 'written-off/cd-1': 'gone' };

export const fixture: SagaFixture<AcceptedReturn> = {
  contract: returnOrderSaga,
  activities: returnOrderActivities,
  histories: join(__dirname, '../histories'),
  routes,
  input: (returnId) => ({
    orderId: ORDER,
    customerId: 'customer-1',
    returnId,
    lines: [
      { sku: 'cd-1', quantity: 2, writeOff: false },
      { sku: 'cd-1', quantity: 1, writeOff: true },
    ],
    reason: 'damaged',
    refundCents: 4497,
    currency: 'EUR',
    payWith: { account: ACCOUNT },
  }),
  crashes: {
    runs: [
      {
        outcome: 'confirmed',
        steps: ['verify', 'refund', 'restock', 'write-off', 'credit-account', 'complete'],
      },
      {
        outcome: 'rejected',
        steps: ['reject'],
        prepare: (fakes, id) => fakes.nextOf(id, 'refund', rejectWith('refund-exceeds-payment')),
      },
    ],
    states: {
      confirmed: {
        ...taken,
        verification: 'verified',
        refund: 'refunded',
        money: 'on-account',
        return: 'completed',
      },
      rejected: { verification: 'verified', return: 'rejected' },
    },
  },
};
