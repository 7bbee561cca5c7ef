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

publicationContract<PaymentEvent>(
  published,
  paymentsEvents,
  {
    PaymentAuthorized: [details, { ...details, amountCents: 0, payWith: { card: '400000000006' } }],
    PaymentCaptured: details,
    PaymentVoided: details,
    PaymentFailed: { ...details, reason: 'insufficient-funds' },
    PaymentRefunded: [details, { ...details, reason: 'damaged' }],
    PaymentVoidedInAdvance: { orderId: 'o1' },
  },
  ['PaymentVoidedInAdvance'],
);
