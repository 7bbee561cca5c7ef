import { join } from 'node:path';
import { placeOrderSaga, type PlacedOrder } from '@bankside/contracts/sagas';
import {
  always,
  fail,
  hold,
  loseResponse,
  rejectWith,
  type FakeRoute,
  type SagaFixture,
} from '@bankside/saga/testing';
import { placeOrderActivities } from '../src/activities';

export const ACCOUNT = '1000000017';
export const CARD = '400000000006';
export const ONE_LINE = [{ sku: 'cd-1', quantity: 1, unitPriceCents: 2933 }] as const;

const RESERVATIONS = 'inventory/products/:sku/reservations';
const PAYMENTS = 'payments/payments';
const WITHDRAWALS = 'accounts/accounts/:account/withdrawals';
const CHARGES = 'cards/cards/:card/charges';
const ORDER = 'orders/orders/:id';

const reservation = { entity: 'reservation', key: 'sku' } as const;
const payment = { entity: 'payment' } as const;
const money = { entity: 'money' } as const;
const order = { entity: 'order' } as const;

const routes: readonly FakeRoute[] = [
  { step: 'reserve', path: RESERVATIONS, idIn: 'orderId', ...reservation, to: 'held', unless: ['released'] },
  { step: 'release', path: `${RESERVATIONS}/:id/release`, ...reservation, to: 'released' },
  {
    step: 'commit',
    path: `${RESERVATIONS}/:id/commitment`,
    ...reservation,
    to: 'committed',
    unless: ['released'],
  },
  {
    step: 'verify',
    path: `${ORDER}/verification`,
    entity: 'verification',
    to: 'verified',
    unlessEntity: { entity: 'order', states: ['confirmed', 'rejected', 'cancelled'] },
    isRecorded: false,
  },
  { step: 'authorize', path: PAYMENTS, idIn: 'orderId', ...payment, to: 'authorized', unless: ['voided'] },
  { step: 'void', path: `${PAYMENTS}/:id/void`, ...payment, to: 'voided', unless: ['captured'] },
  { step: 'capture', path: `${PAYMENTS}/:id/capture`, ...payment, to: 'captured', unless: ['voided'] },
  { step: 'withdraw', path: WITHDRAWALS, idIn: 'withdrawalId', ...money, to: 'taken', unless: ['returned'] },
  { step: 'cancel-withdrawal', path: `${WITHDRAWALS}/:id/cancellation`, ...money, to: 'returned' },
  { step: 'charge', path: CHARGES, idIn: 'chargeId', ...money, to: 'taken', unless: ['returned'] },
  { step: 'cancel-charge', path: `${CHARGES}/:id/cancellation`, ...money, to: 'returned' },
  {
    step: 'confirm',
    path: `${ORDER}/confirmation`,
    ...order,
    to: 'confirmed',
    unless: ['rejected', 'cancelled'],
  },
  { step: 'reject', path: `${ORDER}/rejection`, ...order, to: 'rejected', unless: ['confirmed'] },
  { step: 'cancel', path: `${ORDER}/cancellation`, ...order, to: 'cancelled', unless: ['confirmed'] },
];

const verified = { verification: 'verified' };
const compensatedOneLine = { ...verified, 'reservation/cd-1': 'released', payment: 'voided' };

export const fixture: SagaFixture<PlacedOrder> = {
  contract: placeOrderSaga,
  activities: placeOrderActivities,
  histories: join(__dirname, '../histories'),
  routes,
  input: (orderId) => ({
    orderId,
    customerId: 'customer-1',
    lines: [...ONE_LINE],
    totalCents: 2933,
    currency: 'EUR',
    payWith: { account: ACCOUNT },
    reservationSeconds: 120,
  }),
  crashes: {
    runs: [
      {
        outcome: 'confirmed',
        steps: ['verify', 'reserve', 'authorize', 'withdraw', 'capture', 'commit', 'confirm'],
      },
      {
        outcome: 'rejected',
        steps: ['void', 'release', 'reject'],
        prepare: (fakes, id) => fakes.nextOf(id, 'withdraw', rejectWith('insufficient-funds', 422)),
      },
      {
        outcome: 'failed',
        steps: ['cancel-withdrawal'],
        prepare: (fakes, id) =>
          fakes.nextOf(id, 'withdraw', loseResponse, ...always(fail(400, 'invalid-request'))),
      },
      {
        outcome: 'cancelled',
        steps: ['cancel'],
        prepare: (fakes, id) => fakes.nextOf(id, 'withdraw', ...always(hold().behaviour)),
        cancelAt: 'withdraw',
      },
      { outcome: 'cancelled', steps: ['reserve', 'authorize', 'withdraw'], cancelWhileDown: true },
      // A request to stop wins before the pivot, and loses from then on.
      {
        outcome: 'cancelled',
        steps: ['verify', 'reserve', 'authorize', 'withdraw'],
        askToStopWhileDown: true,
      },
      { outcome: 'confirmed', steps: ['capture', 'commit', 'confirm'], askToStopWhileDown: true },
    ],
    states: {
      confirmed: {
        ...verified,
        'reservation/cd-1': 'committed',
        payment: 'captured',
        money: 'taken',
        order: 'confirmed',
      },
      rejected: { ...compensatedOneLine, order: 'rejected' },
      failed: { ...compensatedOneLine, money: 'returned', order: 'rejected' },
      cancelled: { ...compensatedOneLine, money: 'returned', order: 'cancelled' },
    },
  },
};

/** An order of two products. */
export const TWO_LINES: Pick<PlacedOrder, 'lines' | 'totalCents'> = {
  lines: [
    { sku: 'cd-1', quantity: 2, unitPriceCents: 1000 },
    { sku: 'cd-2', quantity: 1, unitPriceCents: 933 },
  ],
  totalCents: 2933,
};
