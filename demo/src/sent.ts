import type { PlannedLoan, PlannedOrder } from './plan';

/** Pieces that were returned, by sku, and their price. */
export type Returned = Readonly<{
  lines: readonly Readonly<{ sku: string; quantity: number }>[];
  refundCents: number;
}>;

/** An order in its final state, before its pieces were returned. `ms` is the time from its POST until the view shows that state; `repeated`: an earlier run placed it. */
export type SentOrder = Readonly<{
  order: PlannedOrder;
  orderId: string;
  state: 'confirmed' | 'rejected' | 'cancelled';
  returned?: Returned;
  reason: string | undefined;
  ms: number;
}>;

export type SentCustomer = Readonly<{
  key: string;
  customerId: string;
  accountNumber: string;
  depositedCents: number;
  orders: readonly SentOrder[];
}>;

/** A loan with its money on the account, of which a part was sent and a part repaid. */
export type SentLoan = Readonly<{
  plan: PlannedLoan;
  loanNumber: string;
  transferId: string;
  fromAccount: string;
  toAccount: string;
}>;

export type Sent = Readonly<{
  customers: readonly SentCustomer[];
  loans: readonly SentLoan[];
  sagaSeconds: number;
}>;

export type Progress = (what: string, done: number, of: number) => void;
