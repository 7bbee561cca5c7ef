import type { Fact } from './spec';

const seconds = (at: number): string => new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString();

/** What happens to one order that is paid from an account; every third one is rejected after its money was taken. */
const orderFacts = (number: number): readonly Fact[] => {
  const orderId = `order-${number}`;
  const customerId = `customer-${number % 5}`;
  const accountNumber = String(1_000_000_000 + (number % 5));
  const payWith = { account: accountNumber };
  const lines = [
    { sku: `cd-${number % 3}`, quantity: 1, unitPriceCents: 500 },
    { sku: 'cd-9', quantity: 2, unitPriceCents: 250 },
  ];
  const order = { orderId, customerId };
  const sum = { totalCents: 1000, currency: 'EUR' };
  const payment = { ...order, amountCents: 1000, currency: 'EUR', payWith };
  const withdrawal = {
    ...order,
    accountNumber,
    currency: 'EUR',
    withdrawalId: `${orderId}/pay`,
    amountCents: 1000,
    balanceCents: 5000,
  };
  const stream = `order-${orderId}`;
  const payments = `payment-${orderId}`;
  const account = `account-${accountNumber}`;
  const stock = (type: 'reserved' | 'released' | 'committed'): readonly Fact[] =>
    lines.map(({ sku, quantity }) => ({
      type: `inventory.stock-${type}.v1` as const,
      data: { sku, orderId, quantity, onHand: 100, reserved: 10, free: 90 },
      stream: `product-${sku}`,
    }));
  const begun: readonly Fact[] = [
    { type: 'orders.order-placed.v1', data: { ...order, ...sum, lines, payWith }, stream },
    ...stock('reserved'),
    { type: 'payments.payment-authorized.v1', data: payment, stream: payments },
    { type: 'accounts.money-withdrawn.v1', data: withdrawal, stream: account },
  ];
  if (number % 3 === 0)
    return [
      ...begun,
      { type: 'accounts.withdrawal-cancelled.v1', data: withdrawal, stream: account },
      ...stock('released'),
      { type: 'orders.order-rejected.v1', data: { ...order, reason: 'out-of-stock' }, stream },
    ];
  return [
    ...begun,
    ...stock('committed'),
    { type: 'payments.payment-captured.v1', data: payment, stream: payments },
    { type: 'orders.order-confirmed.v1', data: { ...order, ...sum }, stream },
  ];
};

/** A history of that many orders, ten of them under way at any time. */
export const history = (orders: number): readonly Fact[] => {
  const open = Array.from({ length: orders }, (_, index) => [...orderFacts(index)]);
  const facts: Fact[] = [];
  for (let turn = 0; open.length > 0; turn += 1) {
    const which = turn % Math.min(10, open.length);
    facts.push({ ...open[which]!.shift()!, at: seconds(turn) });
    if (open[which]!.length === 0) open.splice(which, 1);
  }
  return facts;
};
