import * as z from 'zod';
import { customerId, operationId } from '../fields';
import type { SagaContract } from './saga-contract';

/** Ids only: Temporal keeps inputs in histories, where personal data cannot be forgotten. `customers` has the number. */
const numberChange = z.strictObject({ changeId: operationId, customerId }).readonly();
export type NumberChange = z.output<typeof numberChange>;

export const changeMobileNumberSaga: SagaContract<NumberChange> = {
  name: 'change-mobile-number',
  workflowType: 'changeMobileNumber',
  input: numberChange,
  idOf: ({ changeId }) => changeId,
  firstStep: () => 'change',
  summary: ({ customerId }) => `Change the mobile number of customer ${customerId}`,
  searchedBy: ({ customerId }) => ({ customerId }),
};
