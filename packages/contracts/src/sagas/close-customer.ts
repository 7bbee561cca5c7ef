import * as z from 'zod';
import { customerId, operationId } from '../fields';
import type { SagaContract } from './saga-contract';

/** Why a teller forces the closure is text, which `customers` keeps: Temporal keeps inputs in histories. */
const customerClosure = z
  .strictObject({ closureId: operationId, customerId, forced: z.boolean(), forget: z.boolean() })
  .readonly();
export type CustomerClosure = z.output<typeof customerClosure>;

export const closeCustomerSaga: SagaContract<CustomerClosure> = {
  name: 'close-customer',
  workflowType: 'closeCustomer',
  input: customerClosure,
  idOf: ({ closureId }) => closureId,
  firstStep: () => 'start',
  summary: ({ customerId, forced, forget }) =>
    `${forget ? 'Forget' : 'Deactivate'} customer ${customerId}${forced ? ', forced by a teller' : ''}`,
  searchedBy: ({ customerId }) => ({ customerId }),
};
