import * as z from 'zod';
import { accountNumber, amountCents, currency, operationId } from '../../../packages/contracts/src/fields';
import type { SagaContract } from '../../../packages/contracts/src/sagas/saga-contract';

const gadgetInput = z
  .strictObject({
    /** Also the id of the workflow and of the withdrawal. */
    gadgetId: operationId,
    fromAccount: accountNumber,
    toAccount: accountNumber,
    amountCents,
    currency,
  })
  .readonly();
export type GadgetInput = z.output<typeof gadgetInput>;

export const gadgetSaga: SagaContract<GadgetInput> = {
  name: 'gadget',
  workflowType: 'gadget',
  input: gadgetInput,
  idOf: ({ gadgetId }) => gadgetId,
  firstStep: () => 'withdraw',
  summary: ({ fromAccount, toAccount }) => `Move money from account ${fromAccount} to ${toAccount}`,
  searchedBy: () => ({}),
};
