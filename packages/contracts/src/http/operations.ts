import { accountOperations } from './accounts';
import { customerOperations } from './customers';
import { operatorOperations } from './operators';
import { orderOperations } from './orders';
import { productOperations } from './products';

/** Every call of the public HTTP API by its operationId. */
export const operations = {
  ...customerOperations,
  ...accountOperations,
  ...productOperations,
  ...orderOperations,
  ...operatorOperations,
};
export type OperationId = keyof typeof operations;
