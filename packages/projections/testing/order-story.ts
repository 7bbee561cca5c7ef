import type { PayWith } from '@bankside/contracts';
import { numbers, PRICE_CENTS, type Bank, type Later } from './bank-story';

/** The money of an order: from the account, or for every fourth order from the card. */
const payment = (money: Bank, number: number, customer: number) => {
  const { customerId, accountNumber, cardNumber, currency } = numbers(customer);
  const orderId = `order-${number}`;
  const byCard = number % 4 === 0;
  const payWith: PayWith = byCard ? { card: cardNumber } : { account: accountNumber };
  const move = { customerId, currency, orderId, amountCents: PRICE_CENTS };
  const charge = { ...move, cardNumber, chargeId: `${orderId}/pay` };
  const withdrawal = { ...move, accountNumber, withdrawalId: `${orderId}/pay` };
  const ofCard = { stream: `card-${cardNumber}` };
  const ofAccount = { stream: `account-${accountNumber}` };
  const taken: Later = byCard
    ? () => ({
        type: 'cards.card-charged.v1',
        data: { ...charge, ...money.credit(customer, PRICE_CENTS) },
        ...ofCard,
      })
    : () => ({
        type: 'accounts.money-withdrawn.v1',
        data: { ...withdrawal, ...money.balance(customer, -PRICE_CENTS) },
        ...ofAccount,
      });
  const returned: Later = byCard
    ? () => ({
        type: 'cards.charge-cancelled.v1',
        data: { ...charge, ...money.credit(customer, -PRICE_CENTS) },
        ...ofCard,
      })
    : () => ({
        type: 'accounts.withdrawal-cancelled.v1',
        data: { ...withdrawal, ...money.balance(customer, PRICE_CENTS) },
        ...ofAccount,
      });
  return { payWith, taken, returned };
};

/** What happens to one order; every third one is rejected after its money was taken. */
export const orderFacts = (money: Bank, number: number, customer: number): readonly Later[] => {
  const orderId = `order-${number}`;
  const { customerId } = numbers(customer);
  const { payWith, taken, returned } = payment(money, number, customer);
  const lines = [
    { sku: `cd-${number % 3}`, quantity: 1, unitPriceCents: 500 },
    { sku: 'cd-9', quantity: 2, unitPriceCents: 250 },
  ];
  const [order, sum] = [
    { orderId, customerId },
    { totalCents: PRICE_CENTS, currency: 'EUR' },
  ];
  const asked = { ...order, amountCents: PRICE_CENTS, currency: 'EUR', payWith };
  const stream = `order-${orderId}`;
  const payments = `payment-${orderId}`;
  const stock = (type: 'reserved' | 'released' | 'committed'): readonly Later[] =>
    lines.map(({ sku, quantity }) => () => ({
      type: `inventory.stock-${type}.v1` as const,
      data: { sku, orderId, quantity, onHand: 100, reserved: 10, free: 90 },
      stream: `product-${sku}`,
    }));
  const begun: readonly Later[] = [
    () => ({ type: 'orders.order-placed.v1', data: { ...order, ...sum, lines, payWith }, stream }),
    ...stock('reserved'),
    () => ({ type: 'payments.payment-authorized.v1', data: asked, stream: payments }),
    taken,
  ];
  if (number % 3 === 0)
    return [
      ...begun,
      returned,
      ...stock('released'),
      () => ({ type: 'orders.order-rejected.v1', data: { ...order, reason: 'out-of-stock' }, stream }),
    ];
  return [
    ...begun,
    ...stock('committed'),
    () => ({ type: 'payments.payment-captured.v1', data: asked, stream: payments }),
    () => ({ type: 'orders.order-confirmed.v1', data: { ...order, ...sum }, stream }),
  ];
};
