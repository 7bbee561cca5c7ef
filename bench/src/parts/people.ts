import { waitForOrder, type ApiClient } from '@bankside/client';
import type { Bank, Holder } from './bank';

/** Calls at once while they come. */
const AT_ONCE = 16;
const RICH_CENTS = 100_000_000;
const ORDERS = 2;

export type Person = Holder & Readonly<{ mobileNumber: string; orderId: string }>;

const come = async (bank: Bank, api: ApiClient, sku: string): Promise<Person> => {
  const { customerId, account } = await bank.account(await bank.customer(), RICH_CENTS);
  await bank.card(customerId, RICH_CENTS);
  await bank.loan(customerId, RICH_CENTS);
  let orderId = '';
  for (let order = 0; order < ORDERS; order += 1) {
    orderId = await bank.order(customerId, sku, { account });
    await waitForOrder(api, orderId, undefined);
  }
  const { body } = await api.get(`/api/customers/${customerId}`);
  return { customerId, account, orderId, mobileNumber: String(body['mobileNumber']) };
};

/** Customers with an account, a card, a loan and orders, all of which the views know. */
export const people = async (bank: Bank, api: ApiClient, count: number): Promise<readonly Person[]> => {
  const sku = await bank.product(1_000, 1_000_000);
  const present: Person[] = [];
  const lane = async (): Promise<void> => {
    for (let left = Math.ceil(count / AT_ONCE); left > 0; left -= 1) present.push(await come(bank, api, sku));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return present;
};
