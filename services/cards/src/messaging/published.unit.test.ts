import { cardsEvents } from '@bankside/contracts';
import type { CustomerBlockEvent } from '@bankside/customer-closure';
import type { NumberChangeEvent } from '@bankside/mobile-number-change';
import { publicationContract } from '@bankside/kernel/testing';
import type { CardEvent } from '../domain/card';
import { published } from './published';

const holder = { cardNumber: '400000000006', customerId: 'ada', currency: 'EUR' };
const unused = { ...holder, limitCents: 1000, usedCents: 0, availableCents: 1000 };
const used = { ...holder, limitCents: 1000, usedCents: 100, availableCents: 900, amountCents: 100 };
const owing = { ...used, usedCents: -100, availableCents: 1100 };
const closure = { customerId: 'ada', closureId: 'l1' };
const numberChange = { customerId: 'ada', changeId: 'n1' };

publicationContract<CardEvent | NumberChangeEvent | CustomerBlockEvent>(
  published,
  cardsEvents,
  {
    CardIssued: unused,
    CardCharged: [
      { ...used, chargeId: 'x1' },
      { ...used, chargeId: 'x1', orderId: 'o1' },
    ],
    ChargeCancelled: { ...owing, chargeId: 'x1', orderId: 'o1' },
    ChargeCancelledInAdvance: { cardNumber: '400000000006', chargeId: 'x1' },
    RefundCredited: [
      { ...used, refundId: 'r1', orderId: 'o1' },
      { ...owing, refundId: 'r1', orderId: 'o1' },
    ],
    CardPaid: { ...used, paymentId: 'p1' },
    CardBlocked: [holder, { ...holder, closureId: 'l1' }],
    CardUnblocked: { ...holder, closureId: 'l1' },
    CardUnblockedInAdvance: { cardNumber: holder.cardNumber, closureId: 'l1' },
    CustomerBlocked: closure,
    CustomerUnblocked: closure,
    CustomerUnblockedInAdvance: closure,
    NumberChangeAcknowledged: numberChange,
    NumberChangeRejected: { ...numberChange, reason: 'loan-locked' },
    NumberChangeRolledBack: { ...numberChange, reason: 'loan-locked' },
  },
  [
    'ChargeCancelledInAdvance',
    'CardUnblockedInAdvance',
    'CustomerBlocked',
    'CustomerUnblocked',
    'CustomerUnblockedInAdvance',
  ],
);
