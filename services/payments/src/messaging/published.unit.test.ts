import { paymentsEvents } from '@bankside/contracts';
import { publicationContract } from '@bankside/kernel/testing';
import type { PaymentEvent } from '../domain/payment';
import { published } from './published';

const details = {
  orderId: 'o1',
  customerId: 'ada',
  amountCents: 2998,
  currency: 'EUR',
  payWith: { account: '1000000017' },
};
const refund = { ...details, refundId: 'r1', amountCents: 1499 };

publicationContract<PaymentEvent>(
  published,
  paymentsEvents,
  {
    PaymentAuthorized: [details, { ...details, amountCents: 0, payWith: { card: '400000000006' } }],
    PaymentCaptured: details,
    PaymentVoided: details,
    PaymentFailed: { ...details, reason: 'insufficient-funds' },
    PaymentRefunded: { ...refund, refundedCents: 1499 },
    RefundHeld: refund,
    RefundPaidOut: { ...refund, cashDesk: 'main' },
    PaymentVoidedInAdvance: { orderId: 'o1' },
  },
  ['PaymentVoidedInAdvance'],
);
