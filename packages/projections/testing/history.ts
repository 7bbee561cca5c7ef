import type { PayWith } from '@bankside/contracts';
import type { Fact } from './spec';

const seconds = (at: number): string => new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString();

/** Customers, each with an account and a card; the last events are about the first four of them. */
const FEW = 5;
const LIMIT_CENTS = 1_000_000;
const PRICE_CENTS = 1_000;

const numbers = (customer: number) => ({
  customerId: `customer-${customer}`,
  accountNumber: String(1_000_000_000 + customer),
  cardNumber: String(400_000_000_000 + customer),
  loanNumber: String(2_000_000_000 + customer),
  currency: 'EUR',
});

type Numbers = ReturnType<typeof numbers>;

/** The money of the customers, so that every balance told is right. */
const bank = () => {
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

type Money = ReturnType<typeof bank>;

/** A fact that is made when its turn comes, since balances depend on what was before. */
type Later = () => Fact;

const beginnings = (money: Money, customer: number): readonly Later[] => {
  const { customerId, accountNumber, cardNumber, loanNumber, currency } = numbers(customer);
  const account = { accountNumber, customerId, currency };
  const card = { cardNumber, customerId, currency };
  const loan = { loanNumber, customerId, currency };
  const ofCustomer = { stream: `customer-${customerId}` };
  const ofAccount = { stream: `account-${accountNumber}` };
  const ofCard = { stream: `card-${cardNumber}` };
  const ofLoan = { stream: `loan-${loanNumber}` };
  const name = `Customer ${customer} Doe`;
  const mobileNumber = String(700_000_000 + customer).padStart(10, '0');
  const paid = (paidCents: number) => ({ totalCents: 500, paidCents, outstandingCents: 500 - paidCents });
  return [
    () => ({
      type: 'customers.customer-registered.v1',
      data: { customerId, name, email: 'a@example.com', mobileNumber },
      ...ofCustomer,
    }),
    () => ({
      type: 'accounts.account-opened.v1',
      data: { ...account, kind: 'savings', ...money.balance(customer, 0) },
      ...ofAccount,
    }),
    () => ({
      type: 'accounts.money-deposited.v1',
      data: { ...account, depositId: 'd', amountCents: 90_000, ...money.balance(customer, 90_000) },
      ...ofAccount,
    }),
    () => ({
      type: 'cards.card-issued.v1',
      data: { ...card, kind: 'credit', ...money.credit(customer, 0) },
      ...ofCard,
    }),
    () => ({ type: 'loans.loan-granted.v1', data: { ...loan, ...paid(0) }, ...ofLoan }),
    () => ({
      type: 'customers.customer-renamed.v1',
      data: { customerId, name: `${name} Roe` },
      ...ofCustomer,
    }),
    () => ({
      type: 'loans.loan-repaid.v1',
      data: { ...loan, repaymentId: 'r', amountCents: 200, ...paid(200) },
      ...ofLoan,
    }),
    () => ({ type: 'accounts.account-frozen.v1', data: account, ...ofAccount }),
    () => ({ type: 'accounts.account-unfrozen.v1', data: account, ...ofAccount }),
    () => ({ type: 'loans.loan-locked.v1', data: loan, ...ofLoan }),
  ];
};

/** What happens at last: each customer does something else. */
const ends = (money: Money): readonly Later[] => {
  const [first, second, third, fourth] = [0, 1, 2, 3].map(numbers) as [Numbers, Numbers, Numbers, Numbers];
  const change = { customerId: first.customerId, mobileNumber: '0799999999', changeId: 'change' };
  const { accountNumber, cardNumber, loanNumber, currency } = second;
  const account = { accountNumber, customerId: second.customerId, currency };
  const card = { cardNumber, customerId: second.customerId, currency };
  const loan = { loanNumber, customerId: second.customerId, currency };
  const asked = {
    orderId: 'order-1',
    customerId: second.customerId,
    amountCents: PRICE_CENTS,
    currency,
    payWith: { account: accountNumber },
  };
  const inFull = { totalCents: 500, paidCents: 500, outstandingCents: 0 };
  const late =
    (type: 'voided' | 'refunded'): Later =>
    () => ({
      type: `payments.payment-${type}.v1` as const,
      data: asked,
      stream: 'payment-order-1',
    });
  const ofFirst = { stream: `customer-${first.customerId}` };
  const ofLoan = { stream: `loan-${loanNumber}` };
  return [
    () => ({ type: 'customers.mobile-number-changed.v1', data: change, ...ofFirst }),
    () => ({
      type: 'customers.mobile-number-rolled-back.v1',
      data: { ...change, mobileNumber: '0700000000' },
      ...ofFirst,
    }),
    () => ({
      type: 'customers.email-changed.v1',
      data: { customerId: first.customerId, email: 'b@example.com' },
      ...ofFirst,
    }),
    () => ({
      type: 'cards.card-paid.v1',
      data: { ...card, paymentId: 'p', amountCents: 100, ...money.credit(1, -100) },
      stream: `card-${cardNumber}`,
    }),
    () => ({ type: 'cards.card-blocked.v1', data: card, stream: `card-${cardNumber}` }),
    () => ({ type: 'accounts.account-closed.v1', data: account, stream: `account-${accountNumber}` }),
    () => ({ type: 'loans.loan-unlocked.v1', data: loan, ...ofLoan }),
    () => ({
      type: 'loans.loan-repaid.v1',
      data: { ...loan, repaymentId: 's', amountCents: 300, ...inFull },
      ...ofLoan,
    }),
    () => ({ type: 'loans.loan-closed.v1', data: loan, ...ofLoan }),
    late('refunded'),
    late('voided'),
    () => ({
      type: 'payments.payment-failed.v1',
      data: { ...asked, orderId: 'order-2', reason: 'card-blocked' },
      stream: 'payment-order-2',
    }),
    () => ({
      type: 'orders.order-cancelled.v1',
      data: { orderId: 'order-2', customerId: third.customerId, reason: 'changed-my-mind' },
      stream: 'order-order-2',
    }),
    () => ({
      type: 'customers.customer-deactivated.v1',
      data: { customerId: third.customerId },
      stream: `customer-${third.customerId}`,
    }),
    () => ({
      type: 'customers.customer-forgotten.v1',
      data: { customerId: fourth.customerId },
      stream: `customer-${fourth.customerId}`,
    }),
  ];
};

/** The money of an order: from the account, or for every fourth order from the card. */
const payment = (money: Money, number: number, customer: number) => {
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
const orderFacts = (money: Money, number: number, customer: number): readonly Later[] => {
  const orderId = `order-${number}`;
  const { customerId } = numbers(customer);
  const { payWith, taken, returned } = payment(money, number, customer);
  const lines = [
    { sku: `cd-${number % 3}`, quantity: 1, unitPriceCents: 500 },
    { sku: 'cd-9', quantity: 2, unitPriceCents: 250 },
  ];
  const order = { orderId, customerId };
  const sum = { totalCents: PRICE_CENTS, currency: 'EUR' };
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

/** Orders under way at any time. */
const UNDER_WAY = 10;

/** A history of some customers and that many orders of theirs, ten of them under way at any time. */
export const history = (orders: number, customers = FEW): readonly Fact[] => {
  const money = bank();
  const begun = Array.from({ length: customers }, (_, customer) => beginnings(money, customer));
  const facts: Fact[] = begun.flat().map((later, turn) => ({ ...later(), at: seconds(turn) }));
  const open: Array<{ left: readonly Later[] }> = [];
  for (let turn = 0, next = 0; next < orders || open.length > 0; turn += 1) {
    for (; next < orders && open.length < UNDER_WAY; next += 1)
      open.push({ left: orderFacts(money, next, next % customers) });
    const which = turn % open.length;
    const [later, ...left] = open[which]!.left;
    facts.push({ ...later!(), at: seconds(customers * 10 + turn) });
    if (left.length === 0) open.splice(which, 1);
    else open[which] = { left };
  }
  return [
    ...facts,
    ...ends(money).map((later, turn) => ({ ...later(), at: seconds(facts.length * 10 + turn) })),
  ];
};
