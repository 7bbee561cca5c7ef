import type { PaymentsEvent } from '@bankside/contracts';
import { publisher } from '@bankside/kernel';
import { payment, type PaymentEvent } from '../domain/payment';

export const published = publisher<PaymentEvent, PaymentsEvent>(
  {
    PaymentAuthorized: (data) => ({ type: 'payments.payment-authorized.v1', data }),
    PaymentCaptured: (data) => ({ type: 'payments.payment-captured.v1', data }),
    PaymentVoided: (data) => ({ type: 'payments.payment-voided.v1', data }),
    PaymentFailed: (data) => ({ type: 'payments.payment-failed.v1', data }),
    PaymentRefunded: (data) => ({ type: 'payments.payment-refunded.v1', data }),
    PaymentForestalled: 'private',
  },
  payment.upcasters,
);
