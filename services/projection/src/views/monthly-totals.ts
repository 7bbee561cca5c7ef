import type { EventEnvelope } from '@bankside/contracts';
import { defineProjection } from '@bankside/projections';

/** What an account or a card received and spent in one month (UTC). Signs as in the statement. */
export type MonthlyTotals = Readonly<{
  number: string;
  kind: 'account' | 'card';
  customerId: string;
  currency: string;
  month: string;
  inCents: number;
  outCents: number;
  lines: number;
  /** After the last line of the month. */
  closingCents: number;
}>;

type Movement = Readonly<{ customerId: string; currency: string; amountCents: number }>;
type Event<Data> = Readonly<{ data: Data }>;

const monthOf = ({ time }: Pick<EventEnvelope, 'time'>): string => time.slice(0, '2026-01'.length);

const added = (
  totals: MonthlyTotals,
  { customerId, currency, amountCents }: Movement,
  { kind, sign, closingCents }: Readonly<{ kind: MonthlyTotals['kind']; sign: 1 | -1; closingCents: number }>,
): MonthlyTotals => ({
  ...totals,
  kind,
  customerId,
  currency,
  inCents: totals.inCents + (sign === 1 ? amountCents : 0),
  outCents: totals.outCents + (sign === -1 ? amountCents : 0),
  lines: totals.lines + 1,
  closingCents,
});

const onAccount =
  (sign: 1 | -1) =>
  (totals: MonthlyTotals, { data }: Event<Movement & Readonly<{ balanceCents: number }>>) =>
    added(totals, data, { kind: 'account', sign, closingCents: data.balanceCents });

const onCard =
  (sign: 1 | -1) =>
  (totals: MonthlyTotals, { data }: Event<Movement & Readonly<{ usedCents: number }>>) =>
    added(totals, data, { kind: 'card', sign, closingCents: 0 - data.usedCents });

export const monthlyTotals = defineProjection<MonthlyTotals>({
  name: 'monthly-totals',
  collectionName: 'months',
  version: 3,
  store: 'postgres',
  sources: ['accounts', 'cards'],
  keyOf: (event) => `${event.data.accountNumber ?? event.data.cardNumber}/${monthOf(event)}`,
  initial: (key) => {
    const [number = '', month = ''] = key.split('/');
    return {
      number,
      kind: 'account',
      customerId: '',
      currency: '',
      month,
      inCents: 0,
      outCents: 0,
      lines: 0,
      closingCents: 0,
    };
  },
  apply: {
    'accounts.money-deposited.v1': onAccount(1),
    'accounts.money-withdrawn.v1': onAccount(-1),
    'accounts.withdrawal-cancelled.v1': onAccount(1),
    'accounts.refund-credited.v1': onAccount(1),
    'cards.card-charged.v1': onCard(-1),
    'cards.charge-cancelled.v1': onCard(1),
    'cards.card-paid.v1': onCard(1),
    'cards.refund-credited.v1': onCard(1),
  },
  lists: [
    { by: 'customerId', sort: 'month', descending: true },
    { by: 'number', sort: 'month', descending: true },
  ],
});
