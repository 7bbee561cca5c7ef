import { defineProjection } from '@bankside/projections';

/** Sums over the whole bank and shop, one document a currency. Money in = money held + money spent. */
export type BankTotals = Readonly<{
  currency: string;
  moneyInCents: number;
  moneyHeldCents: number;
  moneySpentCents: number;
  accounts: Readonly<{ opened: number; closed: number }>;
  cards: Readonly<{ issued: number; chargedCents: number; paidCents: number; owedCents: number }>;
  loans: Readonly<{ granted: number; grantedCents: number; repaidCents: number; outstandingCents: number }>;
  orders: Readonly<{ placed: number; placedCents: number; confirmed: number; confirmedCents: number }>;
  payments: Readonly<{
    authorizedCents: number;
    capturedCents: number;
    voidedCents: number;
    refundedCents: number;
  }>;
}>;

type Part = { [Name in keyof BankTotals]: BankTotals[Name] extends object ? Name : never }[keyof BankTotals];
type Amount = Readonly<{ data: Readonly<{ amountCents: number }> }>;

/** The totals with some of one part's sums raised. */
const raised = <P extends Part>(
  totals: BankTotals,
  part: P,
  by: Partial<Record<keyof BankTotals[P], number>>,
): BankTotals => {
  const sums = { ...(totals[part] as Record<string, number>) };
  for (const [name, amount] of Object.entries(by)) sums[name] = sums[name]! + (amount as number);
  return { ...totals, [part]: sums };
};

const spent = (totals: BankTotals, cents: number): BankTotals => ({
  ...totals,
  moneyHeldCents: totals.moneyHeldCents - cents,
  moneySpentCents: totals.moneySpentCents + cents,
});

const paid =
  (name: keyof BankTotals['payments']) =>
  (totals: BankTotals, { data: { amountCents } }: Amount) =>
    raised(totals, 'payments', { [name]: amountCents });

export const bankTotals = defineProjection<BankTotals>({
  name: 'bank-totals',
  collectionName: 'totals',
  version: 3,
  store: 'postgres',
  sources: ['accounts', 'cards', 'loans', 'orders', 'payments'],
  keyOf: ({ data }) => data.currency,
  initial: (currency) => ({
    currency,
    moneyInCents: 0,
    moneyHeldCents: 0,
    moneySpentCents: 0,
    accounts: { opened: 0, closed: 0 },
    cards: { issued: 0, chargedCents: 0, paidCents: 0, owedCents: 0 },
    loans: { granted: 0, grantedCents: 0, repaidCents: 0, outstandingCents: 0 },
    orders: { placed: 0, placedCents: 0, confirmed: 0, confirmedCents: 0 },
    payments: { authorizedCents: 0, capturedCents: 0, voidedCents: 0, refundedCents: 0 },
  }),
  apply: {
    'accounts.account-opened.v1': (totals) => raised(totals, 'accounts', { opened: 1 }),
    'accounts.account-closed.v1': (totals) => raised(totals, 'accounts', { closed: 1 }),
    'accounts.account-reopened.v1': (totals) => raised(totals, 'accounts', { closed: -1 }),
    // What arrives by a transfer has been counted as spent by the withdrawal.
    'accounts.money-deposited.v1': (totals, { data: { amountCents, transferId } }) =>
      transferId === undefined
        ? {
            ...totals,
            moneyInCents: totals.moneyInCents + amountCents,
            moneyHeldCents: totals.moneyHeldCents + amountCents,
          }
        : spent(totals, -amountCents),
    'accounts.money-withdrawn.v1': (totals, { data }) => spent(totals, data.amountCents),
    'accounts.withdrawal-cancelled.v1': (totals, { data }) => spent(totals, -data.amountCents),
    'accounts.refund-credited.v1': (totals, { data }) => spent(totals, -data.amountCents),
    'cards.card-issued.v1': (totals) => raised(totals, 'cards', { issued: 1 }),
    'cards.card-charged.v1': (totals, { data: { amountCents: cents } }) =>
      raised(totals, 'cards', { chargedCents: cents, owedCents: cents }),
    'cards.charge-cancelled.v1': (totals, { data: { amountCents: cents } }) =>
      raised(totals, 'cards', { chargedCents: -cents, owedCents: -cents }),
    'cards.card-paid.v1': (totals, { data: { amountCents: cents } }) =>
      raised(totals, 'cards', { paidCents: cents, owedCents: -cents }),
    'cards.refund-credited.v1': (totals, { data: { amountCents: cents } }) =>
      raised(totals, 'cards', { chargedCents: -cents, owedCents: -cents }),
    'loans.loan-granted.v1': (totals, { data: { totalCents: cents, paidCents } }) =>
      raised(totals, 'loans', { granted: 1, grantedCents: cents, outstandingCents: cents - paidCents }),
    'loans.loan-cancelled.v1': (totals, { data: { amountCents: cents } }) =>
      raised(totals, 'loans', { granted: -1, grantedCents: -cents, outstandingCents: -cents }),
    'loans.loan-repaid.v1': (totals, { data: { amountCents: cents } }) =>
      raised(totals, 'loans', { repaidCents: cents, outstandingCents: -cents }),
    'orders.order-placed.v1': (totals, { data: { totalCents } }) =>
      raised(totals, 'orders', { placed: 1, placedCents: totalCents }),
    'orders.order-confirmed.v1': (totals, { data: { totalCents } }) =>
      raised(totals, 'orders', { confirmed: 1, confirmedCents: totalCents }),
    'payments.payment-authorized.v1': paid('authorizedCents'),
    'payments.payment-captured.v1': paid('capturedCents'),
    'payments.payment-voided.v1': paid('voidedCents'),
    'payments.payment-refunded.v1': paid('refundedCents'),
  },
});
