import { accountsEvents, type AccountsEvent } from './accounts';
import { cardsEvents, type CardsEvent } from './cards';
import { customersEvents, type CustomersEvent } from './customers';
import { inventoryEvents, type InventoryEvent } from './inventory';
import { loansEvents, type LoansEvent } from './loans';
import { ordersEvents, type OrdersEvent } from './orders';
import type { Owner } from './owners';
import { paymentsEvents, type PaymentsEvent } from './payments';

export * from './accounts';
export * from './cards';
export * from './event-envelope';
export * from './contract';
export * from './customers';
export * from './faults';
export * from './fields';
export * from './inventory';
export * from './loans';
export * from './orders';
export * from './owners';
export * from './payments';

/** Every published event, by owner. What is not here is private to its service. */
export const contracts = {
  customers: customersEvents,
  accounts: accountsEvents,
  cards: cardsEvents,
  loans: loansEvents,
  orders: ordersEvents,
  payments: paymentsEvents,
  inventory: inventoryEvents,
} satisfies Readonly<Record<Owner, unknown>>;
export type ContractEvent =
  CustomersEvent | AccountsEvent | CardsEvent | LoansEvent | OrdersEvent | PaymentsEvent | InventoryEvent;
