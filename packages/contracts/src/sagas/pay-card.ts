import { majorUnits } from '../currencies';
import * as z from 'zod';
import { accountNumber, amountCents, cardNumber, currency, customerId, operationId } from '../fields';
import type { SagaContract } from './saga-contract';

const cardPayment = z
  .strictObject({
    /** Also the id of the withdrawal and of the workflow. */
    paymentId: operationId,
    fromAccount: accountNumber,
    cardNumber,
    amountCents,
    currency,
    /** The customer who must hold both account and card. Absent when a teller pays, who may use any. */
    customerId: customerId.exactOptional(),
  })
  .readonly();
export type CardPayment = z.output<typeof cardPayment>;

export const payCardSaga: SagaContract<CardPayment> = {
  name: 'pay-card',
  workflowType: 'payCard',
  input: cardPayment,
  idOf: ({ paymentId }) => paymentId,
  firstStep: () => 'withdraw',
  summary: (payment) =>
    `Payment of ${majorUnits(payment.amountCents, payment.currency)} ${payment.currency} to card ${payment.cardNumber}`,
  details: ({ fromAccount }) => `From account ${fromAccount}`,
  searchedBy: ({ customerId }) => ({ customerId }),
};
