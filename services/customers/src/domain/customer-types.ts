import type { Empty } from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one. Personal data is in the fields `name`,
// `email`, `mobileNumber`, `previousMobileNumber` and `statement`, and in no other.
export type CustomerRef = Readonly<{ customerId: string }>;
export type Person = Readonly<{ name: string; email: string; mobileNumber: string }>;
type NumberChange = Readonly<{ changeId: string; mobileNumber: string; previousMobileNumber: string }>;
/** Set for a choreographed change, which spreads by events alone; otherwise a saga calls each service. */
type WithStyle = Readonly<{ style?: 'choreography' }>;
/** The reason for a roll-back, if the caller gives one. */
export type WithReason = Readonly<{ reason?: string }>;

export type CustomerEvent =
  | Readonly<{ type: 'CustomerRegistered'; data: CustomerRef & Person }>
  | Readonly<{ type: 'CustomerRenamed'; data: CustomerRef & Readonly<{ name: string }> }>
  | Readonly<{ type: 'EmailChanged'; data: CustomerRef & Readonly<{ email: string }> }>
  /** Requested only: reserves no number, and any holder of the change id may complete it. */
  | Readonly<{ type: 'MobileNumberChangeRequested'; data: CustomerRef & Requested }>
  | Readonly<{ type: 'MobileNumberChanged'; data: CustomerRef & NumberChange & WithStyle }>
  /** `mobileNumber` is the number before the change, `previousMobileNumber` the one released by the roll-back. */
  | Readonly<{ type: 'MobileNumberRolledBack'; data: CustomerRef & NumberChange & WithReason }>
  /** Rolled back before it arrived: the change is rejected when it does. */
  | Readonly<{ type: 'MobileNumberChangeRolledBackInAdvance'; data: CustomerRef & Change & WithReason }>
  | Readonly<{ type: 'MobileNumberChangeSettled'; data: CustomerRef & Change }>
  /** `statement`: why a teller forces the closure. */
  | Readonly<{
      type: 'ClosureRequested';
      data: CustomerRef & Closure & Readonly<{ forget: boolean; statement?: string }>;
    }>
  /** The holdings of the customer are being closed. */
  | Readonly<{ type: 'CustomerLeaving' | 'CustomerStaying'; data: CustomerRef & Closure }>
  /** Reversed before it arrived: the closure is rejected when it does. */
  | Readonly<{ type: 'ClosureReversedInAdvance'; data: CustomerRef & Closure }>
  | Readonly<{ type: 'CustomerDeactivated'; data: CustomerRef & Closure }>
  | Readonly<{ type: 'CustomerForgotten'; data: CustomerRef }>;

export type Closure = Readonly<{ closureId: string }>;

export type Change = Readonly<{ changeId: string }>;
export type Requested = Change & Readonly<{ mobileNumber: string }>;
export type ChangeMobileNumber = Change & WithStyle & Readonly<{ mobileNumber?: string }>;

export type CustomerCommand =
  | Readonly<{ type: 'RegisterCustomer'; data: CustomerRef & Person }>
  | Readonly<{ type: 'RenameCustomer'; data: Readonly<{ name: string }> }>
  | Readonly<{ type: 'ChangeEmail'; data: Readonly<{ email: string }> }>
  | Readonly<{ type: 'RequestMobileNumberChange'; data: Requested }>
  /** Without a number, the requested one is used. Until it is settled or rolled back, the change holds both numbers, so a roll-back never fails. */
  | Readonly<{ type: 'ChangeMobileNumber'; data: ChangeMobileNumber }>
  | Readonly<{ type: 'RollBackMobileNumber'; data: Change & WithReason }>
  | Readonly<{ type: 'SettleMobileNumber'; data: Change }>
  | Readonly<{ type: 'RequestClosure'; data: Closure & Readonly<{ forget: boolean; statement?: string }> }>
  /** From here until the closure is reversed or the customer is deactivated, nothing else about the customer changes. */
  | Readonly<{ type: 'StartClosure' | 'ReverseClosure'; data: Closure }>
  /** Needs a started closure: the saga `close-customer` alone decides who may leave. */
  | Readonly<{ type: 'DeactivateCustomer'; data: Closure }>
  | Readonly<{ type: 'ForgetCustomer'; data: Empty }>;

type CustomerRejection =
  | 'customer-already-registered'
  | 'customer-not-found'
  | 'customer-not-active'
  | 'customer-leaving'
  | 'customer-cannot-leave'
  | 'closure-reversed'
  | 'mobile-number-taken'
  | 'mobile-number-change-open'
  | 'mobile-number-change-not-found'
  | 'mobile-number-change-id-reused'
  | 'mobile-number-change-rolled-back'
  | 'mobile-number-change-settled';

export type Active = CustomerRef &
  Person &
  Readonly<{
    status: 'active';
    /** The one change that is neither settled nor rolled back. */
    open?: Readonly<{ changeId: string; previousMobileNumber: string }>;
    /** These lists are bounded by `appendBounded`. */
    requested: readonly Requested[];
    settled: readonly string[];
    rolledBack: readonly RolledBack[];
    reversedClosures: readonly string[];
    requestedClosure?: string;
    /** The closure that was started and has neither ended nor been reversed. */
    leaving?: string;
  }>;
export type RolledBack = Change & WithReason;
/** Keeps the outcome of earlier changes of the mobile number. */
export type Deactivated = Readonly<{ status: 'deactivated' }> &
  Omit<Active, 'status' | 'open' | 'requested' | 'leaving' | 'requestedClosure' | 'reversedClosures'>;
export type Customer =
  | Readonly<{ status: 'unregistered' }>
  | Active
  | Deactivated
  | (CustomerRef & Readonly<{ status: 'forgotten' }>);

export type CustomerTypes = Readonly<{
  state: Customer;
  command: CustomerCommand;
  event: CustomerEvent;
  rejection: CustomerRejection;
}>;
