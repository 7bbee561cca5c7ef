/** The chart of accounts of the journal. Assets grow by debits; liabilities and income grow by credits. */
const chartOfAccounts = {
  cash: 'asset',
  'card-receivables': 'asset',
  'loans-receivable': 'asset',
  'customer-deposits': 'liability',
  'payments-in-transit': 'liability',
  'refunds-payable': 'liability',
  'shop-sales': 'income',
} as const;

export type LedgerAccount = keyof typeof chartOfAccounts;
export const ledgerAccounts = Object.keys(chartOfAccounts) as readonly LedgerAccount[];
