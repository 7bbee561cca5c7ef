import { cardsEvents } from '@bankside/contracts';
import type { NumberChangeEvent } from '@bankside/mobile-number-change';
import { publicationContract } from '@bankside/kernel/testing';
import type { CardEvent } from '../domain/card';
import { published } from './published';

const holder = { cardNumber: '400000000006', customerId: 'ada', currency: 'EUR' };
const unused = { ...holder, limitCents: 1000, usedCents: 0, availableCents: 1000 };
const used = { ...holder, limitCents: 1000, usedCents: 100, availableCents: 900, amountCents: 100 };
const owing = { ...used, usedCents: -100, availableCents: 1100 };
const numberChange = { customerId: 'ada', changeId: 'n1' };

publicationContract<CardEvent | NumberChangeEvent>(
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
    CardPaid: { ...used, paymentId: 'p1' },
    CardBlocked: holder,
    NumberChangeAcknowledged: numberChange,
    NumberChangeRejected: { ...numberChange, reason: 'loan-locked' },
    NumberChangeRolledBack: { ...numberChange, reason: 'loan-locked' },
  },
  ['ChargeCancelledInAdvance'],
);
