import type { EventEnvelope } from '@bankside/contracts';
import { defineProjection } from '@bankside/projections';

/**
 * One movement of money on an account or a card, as its holder sees it: receipts are positive, spending is negative,
 * and the balance of a card is its debt, negative. So each balance is the previous one plus the amount.
 */
export type StatementLine = Readonly<{
  number: string;
  kind: 'account' | 'card';
  customerId: string;
  currency: string;
  what:
    | 'deposit'
    | 'withdrawal'
    | 'withdrawal-cancelled'
    | 'transfer'
    | 'transfer-cancelled'
    | 'loan-payout'
    | 'loan-repayment'
    | 'loan-repayment-cancelled'
    | 'charge'
    | 'charge-cancelled'
    | 'payment'
    | 'refund';
  amountCents: number;
  balanceCents: number;
  at: string;
  /** Sorts the lines of one number. */
  line: string;
  orderId?: string;
  transferId?: string;
  /** The other account of a transfer. */
  counterparty?: string;
  loanNumber?: string;
}>;

type Movement = Readonly<{
  customerId: string;
  currency: string;
  amountCents: number;
  orderId?: string | undefined;
  transferId?: string | undefined;
  counterparty?: string | undefined;
  loanNumber?: string | undefined;
}>;
type Event<Data> = Pick<EventEnvelope, 'time' | 'feedposition'> & Readonly<{ data: Data }>;

/** Positions of a feed as text in their order: up to a million million. */
const lineOf = (position: number): string => String(position).padStart(12, '0');

const lineFrom = (
  { time, feedposition, data }: Event<Movement>,
  line: Pick<StatementLine, 'number' | 'kind' | 'what' | 'balanceCents'>,
  sign: 1 | -1,
): StatementLine => ({
  ...line,
  customerId: data.customerId,
  currency: data.currency,
  amountCents: sign * data.amountCents,
  at: time,
  line: lineOf(feedposition),
  ...(data.orderId !== undefined && { orderId: data.orderId }),
  ...(data.transferId !== undefined && { transferId: data.transferId }),
  ...(data.counterparty !== undefined && { counterparty: data.counterparty }),
  ...(data.loanNumber !== undefined && { loanNumber: data.loanNumber }),
});

type What = StatementLine['what'];
/** The kind of a movement on an account: in cash or for an order or card, by a transfer, or for a loan. */
type WhatOf = Readonly<{ cash: What; transfer: What; loan: What }>;

const onAccount =
  ({ cash, transfer, loan }: WhatOf, sign: 1 | -1) =>
  (_: StatementLine, event: Event<Movement & Readonly<{ accountNumber: string; balanceCents: number }>>) => {
    const { accountNumber: number, balanceCents, transferId, loanNumber } = event.data;
    const forLoan = loanNumber === undefined ? cash : loan;
    const what = transferId === undefined ? forLoan : transfer;
    return lineFrom(event, { number, kind: 'account', what, balanceCents }, sign);
  };

const onCard =
  (what: What, sign: 1 | -1) =>
  (_: StatementLine, event: Event<Movement & Readonly<{ cardNumber: string; usedCents: number }>>) => {
    const { cardNumber: number, usedCents } = event.data;
    return lineFrom(event, { number, kind: 'card', what, balanceCents: 0 - usedCents }, sign);
  };

export const statement = defineProjection<StatementLine>({
  name: 'statement',
  collectionName: 'lines',
  version: 3,
  store: 'postgres',
  sources: ['accounts', 'cards'],
  keyOf: ({ data: { accountNumber, cardNumber }, feedposition }) =>
    `${accountNumber ?? cardNumber}/${lineOf(feedposition)}`,
  initial: () => ({
    number: '',
    kind: 'account',
    customerId: '',
    currency: '',
    what: 'deposit',
    amountCents: 0,
    balanceCents: 0,
    at: '',
    line: '',
  }),
  apply: {
    'accounts.money-deposited.v1': onAccount(
      { cash: 'deposit', transfer: 'transfer', loan: 'loan-payout' },
      1,
    ),
    'accounts.money-withdrawn.v1': onAccount(
      { cash: 'withdrawal', transfer: 'transfer', loan: 'loan-repayment' },
      -1,
    ),
    'accounts.withdrawal-cancelled.v1': onAccount(
      {
        cash: 'withdrawal-cancelled',
        transfer: 'transfer-cancelled',
        loan: 'loan-repayment-cancelled',
      },
      1,
    ),
    'accounts.refund-credited.v1': onAccount({ cash: 'refund', transfer: 'refund', loan: 'refund' }, 1),
    'cards.card-charged.v1': onCard('charge', -1),
    'cards.charge-cancelled.v1': onCard('charge-cancelled', 1),
    'cards.card-paid.v1': onCard('payment', 1),
    'cards.refund-credited.v1': onCard('refund', 1),
  },
  lists: [
    { by: 'customerId', sort: 'at', descending: true },
    { by: 'number', sort: 'line', descending: true },
  ],
});
