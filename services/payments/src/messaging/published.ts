import type { PaymentsEvent } from '@bankside/contracts';
import { publicationMap } from '@bankside/kernel';
import { payment, type PaymentEvent } from '../domain/payment';

export const published = publicationMap<PaymentEvent, PaymentsEvent>(
  {
    PaymentAuthorized: (data) => ({ type: 'payments.payment-authorized.v1', data }),
    PaymentCaptured: (data) => ({ type: 'payments.payment-captured.v1', data }),
    PaymentVoided: (data) => ({ type: 'payments.payment-voided.v1', data }),
    PaymentFailed: (data) => ({ type: 'payments.payment-failed.v1', data }),
    PaymentRefunded: (data) => ({ type: 'payments.payment-refunded.v1', data }),
    RefundHeld: (data) => ({ type: 'payments.refund-held.v1', data }),
    RefundPaidOut: (data) => ({ type: 'payments.refund-paid-out.v1', data }),
    PaymentVoidedInAdvance: 'private',
  },
  payment.upcasters,
);
