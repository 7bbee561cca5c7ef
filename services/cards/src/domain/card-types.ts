import type { Empty } from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one. Events carry what readers need (owner,
// currency, credit), because the relay maps an event without its state. used + available = limit, always; used falls
// below 0 if a charge is cancelled or refunded after it was paid: the bank then owes the customer.
export type Holder = Readonly<{ cardNumber: string; customerId: string; currency: string }>;
export type Credit = Readonly<{ limitCents: number; usedCents: number; availableCents: number }>;
export type Charged = Readonly<{ chargeId: string; amountCents: number; orderId?: string }>;
export type Refund = Readonly<{ refundId: string; orderId: string; amountCents: number }>;
export type Payment = Readonly<{ paymentId: string; amountCents: number }>;

export type CardEvent =
  | Readonly<{ type: 'CardIssued'; data: Holder & Credit }>
  | Readonly<{ type: 'CardCharged' | 'ChargeCancelled'; data: Holder & Credit & Charged }>
  /** Cancelled before it arrived: it is rejected when it does. */
  | Readonly<{ type: 'ChargeCancelledInAdvance'; data: Readonly<{ cardNumber: string; chargeId: string }> }>
  | Readonly<{ type: 'RefundCredited'; data: Holder & Credit & Refund }>
  | Readonly<{ type: 'CardPaid'; data: Holder & Credit & Payment }>
  /** `closureId`: because its customer leaves. */
  | Readonly<{ type: 'CardBlocked'; data: Holder & Readonly<{ closureId?: string }> }>
  | Readonly<{ type: 'CardUnblocked'; data: Holder & Closure }>
  /** Unblocked before its customer's closure blocked it: that is rejected when it arrives. */
  | Readonly<{ type: 'CardUnblockedInAdvance'; data: Readonly<{ cardNumber: string }> & Closure }>;

export type Closure = Readonly<{ closureId: string }>;

export type IssueCard = Holder & Readonly<{ limitCents: number }>;
/** `customerId` and `currency` are the payer's expectations of the card: if given, they must match. */
export type Charge = Readonly<{
  chargeId: string;
  amountCents: number;
  orderId?: string | undefined;
  customerId?: string | undefined;
  currency?: string | undefined;
}>;
export type PayCard = Payment & Pick<Charge, 'customerId' | 'currency'>;
/** `fromHistory` is a charge that the state has evicted; see `charge-history.ts`. */
export type Cancellation = Readonly<{ chargeId: string; fromHistory?: Charged | undefined }>;

export type CardCommand =
  | Readonly<{ type: 'IssueCard'; data: IssueCard }>
  | Readonly<{ type: 'ChargeCard'; data: Charge }>
  | Readonly<{ type: 'CancelCharge'; data: Cancellation }>
  | Readonly<{
      type: 'CreditRefund';
      data: Refund & Readonly<{ customerId: string; currency: string }>;
    }>
  | Readonly<{ type: 'PayCard'; data: PayCard }>
  /** The closure of a customer needs a card without debt, and one that is blocked already unless it is forced. */
  | Readonly<{ type: 'BlockCard'; data: Empty | (Closure & Readonly<{ forced: boolean }>) }>
  /** Takes back what the closure of the customer did. */
  | Readonly<{ type: 'UnblockCard'; data: Closure }>;

export type CardRejection =
  | 'card-number-taken'
  | 'credit-card-exists'
  | 'card-not-found'
  | 'card-blocked'
  | 'currency-mismatch'
  | 'insufficient-credit'
  | 'charge-cancelled'
  | 'charge-id-reused'
  | 'payment-id-reused'
  | 'payment-exceeds-debt'
  | 'card-open'
  | 'card-not-settled'
  | 'customer-not-active'
  | 'closure-reversed';

/** The lists are bounded by `appendBounded`. */
export type Issued = Holder &
  Readonly<{
    status: 'active' | 'blocked';
    limitCents: number;
    usedCents: number;
    charges: readonly (Charged & Readonly<{ cancelled?: true }>)[];
    /** Ids cancelled before they arrived. */
    cancelledInAdvance: readonly string[];
    payments: readonly Payment[];
    refunds: readonly string[];
    /** The closure of the customer that blocked the card. */
    blockedBy?: string;
    /** Closures of the customer that were reversed. */
    reversedClosures: readonly string[];
  }>;
export type Card = Readonly<{ status: 'unissued' }> | Issued;

export type CardTypes = Readonly<{
  state: Card;
  command: CardCommand;
  event: CardEvent;
  rejection: CardRejection;
}>;
