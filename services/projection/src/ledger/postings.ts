import type { ContractEvent, LedgerAccount } from '@bankside/contracts';
import type { EventType } from '@bankside/projections';

/** A debit (positive) or a credit (negative) of one account of the chart. */
export type Posting = Readonly<{ ledgerAccount: LedgerAccount; amountCents: number }>;

type DataOf<Type extends EventType> = Extract<ContractEvent, Readonly<{ type: Type }>>['data'];
type PostingRules = Readonly<{
  [Type in EventType]?: (data: DataOf<Type>) => readonly Posting[];
}>;

const transfer = (amountCents: number, debit: LedgerAccount, credit: LedgerAccount): readonly Posting[] => [
  { ledgerAccount: debit, amountCents },
  { ledgerAccount: credit, amountCents: 0 - amountCents },
];
const reversed = (postings: readonly Posting[]): readonly Posting[] =>
  postings.map(({ ledgerAccount, amountCents }) => ({ ledgerAccount, amountCents: 0 - amountCents }));

type Movement = Readonly<{
  amountCents: number;
  orderId?: string | undefined;
  cardNumber?: string | undefined;
  transferId?: string | undefined;
  loanNumber?: string | undefined;
}>;

/**
 * Money for an order, card, transfer or loan is in transit until the payment is captured, the card is credited, the other
 * account has it, or the loan is repaid.
 */
const otherSide = ({ orderId, cardNumber, transferId, loanNumber }: Omit<Movement, 'amountCents'>) =>
  (orderId ?? cardNumber ?? transferId ?? loanNumber) === undefined ? 'cash' : 'payments-in-transit';

const withdrawn = (movement: Movement): readonly Posting[] =>
  transfer(movement.amountCents, 'customer-deposits', otherSide(movement));
const charged = ({ amountCents, orderId }: Omit<Movement, 'cardNumber'>): readonly Posting[] =>
  transfer(amountCents, 'card-receivables', orderId === undefined ? 'cash' : 'payments-in-transit');

/** The postings of each event that moves money. Those of one event sum to 0. */
export const postingRules: PostingRules = {
  'accounts.money-deposited.v1': (data) => transfer(data.amountCents, otherSide(data), 'customer-deposits'),
  'accounts.money-withdrawn.v1': withdrawn,
  'accounts.withdrawal-cancelled.v1': (data) => reversed(withdrawn(data)),
  'accounts.refund-credited.v1': ({ amountCents }) =>
    transfer(amountCents, 'payments-in-transit', 'customer-deposits'),
  'cards.card-charged.v1': charged,
  'cards.charge-cancelled.v1': (data) => reversed(charged(data)),
  'cards.card-paid.v1': ({ amountCents }) => transfer(amountCents, 'payments-in-transit', 'card-receivables'),
  'cards.refund-credited.v1': ({ amountCents }) =>
    transfer(amountCents, 'payments-in-transit', 'card-receivables'),
  'loans.loan-granted.v1': ({ totalCents, paidCents, payOutTo }) =>
    transfer(
      totalCents - paidCents,
      'loans-receivable',
      payOutTo === undefined ? 'cash' : 'payments-in-transit',
    ),
  'loans.loan-cancelled.v1': ({ amountCents }) =>
    transfer(amountCents, 'payments-in-transit', 'loans-receivable'),
  'loans.loan-repaid.v1': ({ amountCents, fromAccount }) =>
    transfer(amountCents, fromAccount === undefined ? 'cash' : 'payments-in-transit', 'loans-receivable'),
  'payments.payment-captured.v1': ({ amountCents }) =>
    transfer(amountCents, 'payments-in-transit', 'shop-sales'),
  'payments.payment-refunded.v1': ({ amountCents }) =>
    transfer(amountCents, 'shop-sales', 'payments-in-transit'),
  'payments.refund-held.v1': ({ amountCents }) =>
    transfer(amountCents, 'payments-in-transit', 'refunds-payable'),
  'payments.refund-paid-out.v1': ({ amountCents }) => transfer(amountCents, 'refunds-payable', 'cash'),
};

/** Events that carry an amount but move no money, with the reason. */
export const MOVES_NO_MONEY: Readonly<Partial<Record<EventType, string>>> = {
  'accounts.account-opened.v1': 'an account opens with a balance of 0',
  'accounts.transfer-requested.v1': 'the two accounts move the money',
  'cards.card-issued.v1': 'a credit limit is a promise',
  'inventory.product-added.v1': 'a price is an offer',
  'orders.order-placed.v1': 'the account or card of the payer moves the money',
  'orders.order-confirmed.v1': 'the capture of its payment has moved the money',
  'orders.return-accepted.v1': 'the refund of its payment moves the money',
  'payments.payment-authorized.v1': 'the account or card of the payer moves the money',
  'payments.payment-voided.v1': 'the account or card of the payer returns the money',
  'payments.payment-failed.v1': 'no money was taken',
};
