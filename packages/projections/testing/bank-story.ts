import type { Fact } from './spec';

export const LIMIT_CENTS = 1_000_000;
export const PRICE_CENTS = 1_000;

export const numbers = (customer: number) => ({
  customerId: `customer-${customer}`,
  accountNumber: String(1_000_000_000 + customer),
  cardNumber: String(400_000_000_000 + customer),
  loanNumber: String(2_000_000_000 + customer),
  currency: 'EUR',
});

/** Keeps balances, so that every event has the right one. */
export const bank = () => {
  const balances = new Map<number, number>();
  const used = new Map<number, number>();
  const moved = (of: Map<number, number>, customer: number, cents: number): number => {
    of.set(customer, (of.get(customer) ?? 0) + cents);
    return of.get(customer)!;
  };
  return {
    balance: (customer: number, cents: number) => ({ balanceCents: moved(balances, customer, cents) }),
    credit: (customer: number, cents: number) => {
      const usedCents = moved(used, customer, cents);
      return { limitCents: LIMIT_CENTS, usedCents, availableCents: LIMIT_CENTS - usedCents };
    },
  };
};

export type Bank = ReturnType<typeof bank>;

/** A fact made in its turn, because balances depend on the facts before it. */
export type Later = () => Fact;
