import { bank, numbers, PRICE_CENTS, type Bank, type Later } from './bank-story';
import { examplesBeside } from './contract-examples';
import { orderFacts } from './order-story';
import type { Fact } from './spec';
import { transferStory } from './transfer-story';

const seconds = (at: number): string => new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString();

/** Customers, each with an account and a card; the last events are about the first four of them. */
const FEW = 5;
const beginnings = (money: Bank, customer: number): readonly Later[] => {
  const { customerId, accountNumber, cardNumber, loanNumber, currency } = numbers(customer);
  const account = { accountNumber, customerId, currency };
  const card = { cardNumber, customerId, currency };
  const loan = { loanNumber, customerId, currency };
  const ofCustomer = { stream: `customer-${customerId}` };
  const ofAccount = { stream: `account-${accountNumber}` };
  const ofCard = { stream: `card-${cardNumber}` };
  const ofLoan = { stream: `loan-${loanNumber}` };
  const name = `Customer ${customer} Doe`;
  const mobileNumber = `+40${700_000_000 + customer}`;
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

type Return = Readonly<{ orderId: string; customer: number; returnId: string }>;

/** Pieces of an order that come back: its start, and how it may go on. */
const returning = (money: Bank, { orderId, customer, returnId }: Return) => {
  const { customerId, accountNumber, cardNumber, currency } = numbers(customer);
  const half = PRICE_CENTS / 2;
  const of = { orderId, customerId };
  const refund = {
    ...of,
    currency,
    payWith: { account: accountNumber },
    refundId: returnId,
    amountCents: half,
  };
  const credited = { ...of, currency, refundId: returnId, amountCents: half };
  const ofOrder = { stream: `order-${orderId}` };
  const ofPayment = { stream: `payment-${orderId}` };
  const sku = 'cd-9';
  const pieces = { ...of, returnId, sku, quantity: 2, onHand: 100, reserved: 10, free: 90 };
  const { customerId: _customer, ...ofStock } = pieces;
  return {
    accepted: () => ({
      type: 'orders.return-accepted.v1',
      data: {
        ...of,
        returnId,
        lines: [{ sku, quantity: 2, writeOff: false }],
        reason: 'damaged',
        refundCents: half,
        currency,
        payWith: refund.payWith,
      },
      ...ofOrder,
    }),
    completed: () => ({
      type: 'orders.return-completed.v1',
      data: { ...of, returnId, status: 'partly-returned' },
      ...ofOrder,
    }),
    rejected: () => ({
      type: 'orders.return-rejected.v1',
      data: { ...of, returnId, reason: 'payment-not-captured' },
      ...ofOrder,
    }),
    refunded: () => ({
      type: 'payments.payment-refunded.v1',
      data: { ...refund, refundedCents: half },
      ...ofPayment,
    }),
    held: () => ({ type: 'payments.refund-held.v1', data: refund, ...ofPayment }),
    paidOut: () => ({
      type: 'payments.refund-paid-out.v1',
      data: { ...refund, cashDesk: 'main' },
      ...ofPayment,
    }),
    restocked: () => ({ type: 'inventory.stock-returned.v1', data: ofStock, stream: `product-${sku}` }),
    writtenOff: () => ({ type: 'inventory.stock-written-off.v1', data: ofStock, stream: `product-${sku}` }),
    toAccount: () => ({
      type: 'accounts.refund-credited.v1',
      data: { ...credited, accountNumber, ...money.balance(customer, half) },
      stream: `account-${accountNumber}`,
    }),
    toCard: () => ({
      type: 'cards.refund-credited.v1',
      data: { ...credited, cardNumber, ...money.credit(customer, -half) },
      stream: `card-${cardNumber}`,
    }),
  } satisfies Readonly<Record<string, Later>>;
};

/** The last events: each customer does something different. */
const ends = (money: Bank): readonly Later[] => {
  const [first, second, third, fourth] = [numbers(0), numbers(1), numbers(2), numbers(3)] as const;
  const change = { customerId: first.customerId, mobileNumber: '+40799999999', changeId: 'change' };
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
  const ofPayment = { stream: 'payment-order-1' };
  const toAccount = returning(money, { orderId: 'order-1', customer: 1, returnId: 'return-1' });
  const toCard = returning(money, { orderId: 'order-4', customer: 4, returnId: 'return-2' });
  const held = returning(money, { orderId: 'order-5', customer: 0, returnId: 'return-3' });
  const refused = returning(money, { orderId: 'order-7', customer: 2, returnId: 'return-4' });
  const ofFirst = { stream: `customer-${first.customerId}` };
  const ofLoan = { stream: `loan-${loanNumber}` };
  return [
    () => ({ type: 'customers.mobile-number-changed.v1', data: change, ...ofFirst }),
    () => ({
      type: 'customers.mobile-number-rolled-back.v1',
      data: { ...change, mobileNumber: '+40700000000' },
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
    toAccount.accepted,
    toAccount.refunded,
    toAccount.restocked,
    toAccount.toAccount,
    toAccount.completed,
    toCard.accepted,
    toCard.refunded,
    toCard.writtenOff,
    toCard.toCard,
    toCard.completed,
    held.accepted,
    held.refunded,
    held.restocked,
    held.held,
    held.completed,
    held.paidOut,
    refused.accepted,
    refused.rejected,
    () => ({ type: 'cards.card-blocked.v1', data: card, stream: `card-${cardNumber}` }),
    () => ({ type: 'accounts.account-closed.v1', data: account, stream: `account-${accountNumber}` }),
    () => ({ type: 'loans.loan-unlocked.v1', data: loan, ...ofLoan }),
    () => ({
      type: 'loans.loan-repaid.v1',
      data: { ...loan, repaymentId: 's', amountCents: 300, ...inFull },
      ...ofLoan,
    }),
    () => ({ type: 'loans.loan-closed.v1', data: loan, ...ofLoan }),
    () => ({ type: 'payments.payment-voided.v1', data: asked, ...ofPayment }),
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
    () => ({ type: 'accounts.account-reopened.v1', data: account, stream: `account-${accountNumber}` }),
    () => ({ type: 'accounts.account-closed.v1', data: account, stream: `account-${accountNumber}` }),
    () => ({ type: 'cards.card-unblocked.v1', data: card, stream: `card-${cardNumber}` }),
    () => ({ type: 'cards.card-blocked.v1', data: card, stream: `card-${cardNumber}` }),
    () => ({ type: 'loans.loan-reopened.v1', data: loan, ...ofLoan }),
    () => ({ type: 'loans.loan-closed.v1', data: loan, ...ofLoan }),
    () => ({
      type: 'orders.order-held.v1',
      data: { orderId: 'order-2', customerId: third.customerId },
      stream: 'order-order-2',
    }),
  ];
};

/** Orders under way at any time. */
const UNDER_WAY = 10;

/** A story of some customers with this many orders, ten of them in progress at any time, then examples of the rest. */
export const history = (orders: number, customers = FEW): readonly Fact[] => {
  const facts = story(orders, customers);
  return [...facts, ...examplesBeside(facts)];
};

const story = (orders: number, customers: number): readonly Fact[] => {
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
    ...[...ends(money), ...transferStory(money)].map((later, turn) => ({
      ...later(),
      at: seconds(facts.length * 10 + turn),
    })),
  ];
};
