import { accountsEvents } from './accounts';
import { cardsEvents } from './cards';
import type { EventOf } from './contract';
import { customersEvents } from './customers';
import { inventoryEvents } from './inventory';
import { loansEvents } from './loans';
import { ordersEvents } from './orders';
import { paymentsEvents } from './payments';

/** Every published event, by the service that owns it. Events that are not listed here are private to their service. */
export const contracts = {
  customers: customersEvents,
  accounts: accountsEvents,
  cards: cardsEvents,
  loans: loansEvents,
  orders: ordersEvents,
  payments: paymentsEvents,
  inventory: inventoryEvents,
};

/** A service that stores events and publishes some of them. */
export type Owner = keyof typeof contracts;

/** A published event of any owner, discriminated by `type`. */
export type ContractEvent = { [Name in Owner]: EventOf<(typeof contracts)[Name]> }[Owner];
