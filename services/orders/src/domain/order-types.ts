import type { Empty } from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one. Events carry what readers need, because the
// relay maps an event without its state.
export type PayWith = Readonly<{ account: string } | { card: string }>;
export type Line = Readonly<{ sku: string; quantity: number; unitPriceCents: number }>;
/** Pieces that come back: into the stock, or written off because they can't be sold again. */
export type ReturnedLine = Readonly<{ sku: string; quantity: number; writeOff: boolean }>;
export type OrderRef = Readonly<{ orderId: string; customerId: string }>;
type Total = Readonly<{ totalCents: number; currency: string }>;
type OrderEnd = OrderRef & Readonly<{ reason: string }>;
type ReturnRef = Readonly<{ returnId: string }>;
/** The money goes back to where it came from. A return of free pieces refunds 0. */
type Refund = Readonly<{ refundCents: number; currency: string; payWith?: PayWith }>;

export type OrderEvent =
  | Readonly<{
      type: 'OrderPlaced';
      data: OrderRef &
        Total &
        Readonly<{
          lines: readonly Line[];
          /** None when there is nothing to pay. */
          payWith?: PayWith;
          /** How long stock may stay reserved before the order is paid. */
          reservationSeconds?: number;
        }>;
    }>
  /** Its saga cannot proceed without an operator. */
  | Readonly<{ type: 'OrderHeld'; data: OrderRef }>
  | Readonly<{ type: 'OrderConfirmed'; data: OrderRef & Total & Readonly<{ returnableUntil?: string }> }>
  | Readonly<{ type: 'OrderRejected'; data: OrderEnd }>
  /** The saga of the order decides whether it comes in time. */
  | Readonly<{ type: 'CancellationRequested'; data: OrderEnd & Readonly<{ cancellationId: string }> }>
  | Readonly<{ type: 'OrderCancelled'; data: OrderEnd & Readonly<{ cancellationId?: string }> }>
  | Readonly<{
      type: 'ReturnAccepted';
      data: OrderRef & ReturnRef & Refund & Readonly<{ lines: readonly ReturnedLine[]; reason: string }>;
    }>
  | Readonly<{
      type: 'ReturnCompleted';
      data: OrderRef & ReturnRef & Readonly<{ status: 'partly-returned' | 'returned' }>;
    }>
  | Readonly<{ type: 'ReturnRejected'; data: OrderEnd & ReturnRef }>;

/** With current prices. Several lines may have the same sku, at the same price. */
export type PlaceOrder = OrderRef &
  Readonly<{
    lines: readonly Line[];
    currency: string;
    payWith?: PayWith | undefined;
    reservationSeconds?: number | undefined;
  }>;
/** `at` is the time of the request. */
export type AcceptReturn = ReturnRef &
  Readonly<{ lines: readonly ReturnedLine[]; reason: string; at: string }>;

export type OrderCommand =
  | Readonly<{ type: 'PlaceOrder'; data: PlaceOrder }>
  | Readonly<{ type: 'HoldOrder'; data: Empty }>
  | Readonly<{ type: 'ConfirmOrder'; data: Readonly<{ returnableUntil?: string }> }>
  | Readonly<{ type: 'RejectOrder'; data: Readonly<{ reason: string }> }>
  | Readonly<{
      type: 'RequestCancellation';
      data: Readonly<{ reason: string; cancellationId: string }>;
    }>
  | Readonly<{
      type: 'CancelOrder';
      data: Readonly<{ reason: string; cancellationId?: string | undefined }>;
    }>
  | Readonly<{ type: 'AcceptReturn'; data: AcceptReturn }>
  | Readonly<{ type: 'CompleteReturn'; data: ReturnRef }>
  | Readonly<{ type: 'RejectReturn'; data: ReturnRef & Readonly<{ reason: string }> }>;

export type OrderRejection =
  | 'order-not-found'
  | 'order-already-placed'
  | 'order-already-confirmed'
  | 'order-already-rejected'
  | 'order-already-cancelled'
  | 'order-not-confirmed'
  | 'order-too-large'
  | 'payer-required'
  | 'customer-not-active'
  | 'more-returned-than-bought'
  | 'return-too-late'
  | 'too-many-returns'
  | 'return-not-found'
  | 'return-already-completed'
  | 'return-already-rejected';

export type OrderReturn = ReturnRef &
  Readonly<{
    status: 'accepted' | 'completed' | 'rejected';
    lines: readonly ReturnedLine[];
    refundCents: number;
  }>;

export type Placed = OrderRef &
  Total &
  Readonly<{
    status: 'placed' | 'held' | 'confirmed' | 'rejected' | 'cancelled' | 'partly-returned' | 'returned';
    lines: readonly Line[];
    payWith?: PayWith;
    reservationSeconds?: number;
    reason?: string;
    cancellationId?: string;
    /** Bounded by `appendBounded`. */
    cancellationRequests: readonly string[];
    /** The last moment at which pieces may be returned. */
    returnableUntil?: string;
    /** At most `MAX_RETURNS`. */
    returns: readonly OrderReturn[];
  }>;
export type Order = Readonly<{ status: 'unplaced' }> | Placed;

export type OrderTypes = Readonly<{
  state: Order;
  command: OrderCommand;
  event: OrderEvent;
  rejection: OrderRejection;
}>;
