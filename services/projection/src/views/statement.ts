import type { EventEnvelope } from '@bankside/contracts';
import { defineProjection } from '@bankside/projections';

/**
 * One movement of money on an account or a card, as its holder sees it: what comes is positive, what goes negative, and
 * a card's balance is what is owed, negative. So each balance is the one before it plus the amount.
 */
export type StatementLine = Readonly<{
  number: string;
  kind: 'account' | 'card';
  customerId: string;
  currency: string;
  what:
    'deposit' | 'withdrawal' | 'withdrawal-cancelled' | 'charge' | 'charge-cancelled' | 'payment' | 'refund';
  amountCents: number;
  balanceCents: number;
  at: string;
  /** Sorts the lines of one number. */
  line: string;
  orderId?: string;
}>;

type Movement = Readonly<{
  customerId: string;
  currency: string;
  amountCents: number;
  orderId?: string | undefined;
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
});

const onAccount =
  (what: StatementLine['what'], sign: 1 | -1) =>
  (_: StatementLine, event: Event<Movement & Readonly<{ accountNumber: string; balanceCents: number }>>) => {
    const { accountNumber: number, balanceCents } = event.data;
    return lineFrom(event, { number, kind: 'account', what, balanceCents }, sign);
  };

const onCard =
  (what: StatementLine['what'], sign: 1 | -1) =>
  (_: StatementLine, event: Event<Movement & Readonly<{ cardNumber: string; usedCents: number }>>) => {
    const { cardNumber: number, usedCents } = event.data;
    return lineFrom(event, { number, kind: 'card', what, balanceCents: 0 - usedCents }, sign);
  };

export const statement = defineProjection<StatementLine>({
  name: 'statement',
  collectionName: 'lines',
  version: 2,
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
    'accounts.money-deposited.v1': onAccount('deposit', 1),
    'accounts.money-withdrawn.v1': onAccount('withdrawal', -1),
    'accounts.withdrawal-cancelled.v1': onAccount('withdrawal-cancelled', 1),
    'accounts.refund-credited.v1': onAccount('refund', 1),
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
