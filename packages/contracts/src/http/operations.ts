import { accountsApi } from './accounts';
import { cardsApi } from './cards';
import { customersApi } from './customers';
import { inventoryApi } from './inventory';
import { loansApi } from './loans';
import type { ApiSection } from './operation';
import { operatorsApi } from './operators';
import { ordersApi } from './orders';
import { storiesApi } from './stories';

/** The public HTTP API, in the order of its documentation. */
export const apiSections = [
  customersApi,
  accountsApi,
  cardsApi,
  loansApi,
  inventoryApi,
  ordersApi,
  storiesApi,
  operatorsApi,
] as const satisfies readonly ApiSection[];

type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;
type AllOperations = Intersection<(typeof apiSections)[number]['operations']>;

/** Every call of the public HTTP API by its `operationId`. */
export const operations = Object.assign(
  {},
  ...apiSections.map((section) => section.operations),
) as AllOperations;
export type OperationId = keyof AllOperations;
