import { accountOperations } from './accounts';
import { cardOperations } from './cards';
import { customerOperations } from './customers';
import { faultOperations } from './faults';
import { loanOperations } from './loans';
import { operatorOperations } from './operators';
import { orderOperations } from './orders';
import { productOperations } from './products';
import { sagaOperations } from './sagas';
import { projectionOperations } from './projections';
import { sagaDecisions } from './saga-decisions';
import { viewOperations } from './views';

/** Every call of the public HTTP API by its operationId. */
export const operations = {
  ...customerOperations,
  ...accountOperations,
  ...cardOperations,
  ...loanOperations,
  ...productOperations,
  ...orderOperations,
  ...sagaOperations,
  ...operatorOperations,
  ...projectionOperations,
  ...viewOperations,
  ...sagaDecisions,
  ...faultOperations,
};
export type OperationId = keyof typeof operations;
