import {
  assertNever,
  reject,
  appendBounded,
  type Aggregate,
  type DataOf,
  type Empty,
  type UniqueKey,
} from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one. Personal data is in the fields `name`,
// `email`, `mobileNumber`, `previousMobileNumber` and `statement`, and in no other.
type CustomerRef = Readonly<{ customerId: string }>;
type Person = Readonly<{ name: string; email: string; mobileNumber: string }>;
type NumberChange = Readonly<{ changeId: string; mobileNumber: string; previousMobileNumber: string }>;
/** Set for a choreographed change, which spreads by events alone; otherwise a saga calls each service. */
type WithStyle = Readonly<{ style?: 'choreography' }>;
/** The reason for a roll-back, if the caller gives one. */
type WithReason = Readonly<{ reason?: string }>;

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
  | Readonly<{ type: 'CustomerDeactivated' | 'CustomerForgotten'; data: CustomerRef }>;

type Closure = Readonly<{ closureId: string }>;

type Change = Readonly<{ changeId: string }>;
type Requested = Change & Readonly<{ mobileNumber: string }>;
type ChangeMobileNumber = Change & WithStyle & Readonly<{ mobileNumber?: string }>;

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

export type CustomerRejection =
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

const decide = (command: CustomerCommand, customer: Customer) => {
  if (command.type === 'RegisterCustomer') return register(command.data, customer);
  if (customer.status === 'unregistered') return reject('customer-not-found');
  if (command.type === 'ForgetCustomer') return forget(customer);
  if (customer.status !== 'active') return mayRepeat(command) ? [] : reject('customer-not-active');
  if (isOfClosure(command)) return decideClosure(command, customer);
  if (customer.leaving !== undefined && !endsChange(command)) return reject('customer-leaving');
  return decideActive(command, customer);
};

const endsChange = ({ type }: CustomerCommand) =>
  type === 'RollBackMobileNumber' || type === 'SettleMobileNumber';

type ClosureCommand = Extract<
  CustomerCommand,
  Readonly<{ type: 'RequestClosure' | 'StartClosure' | 'ReverseClosure' | 'DeactivateCustomer' }>
>;

const CLOSURE: ReadonlySet<CustomerCommand['type']> = new Set<ClosureCommand['type']>([
  'RequestClosure',
  'StartClosure',
  'ReverseClosure',
  'DeactivateCustomer',
]);

const isOfClosure = (command: CustomerCommand): command is ClosureCommand => CLOSURE.has(command.type);

/** An inactive customer has no open change and has left, so ending a change or leaving does nothing. */
const mayRepeat = (command: CustomerCommand) => endsChange(command) || isOfClosure(command);

const decideClosure = (command: ClosureCommand, customer: Active) => {
  switch (command.type) {
    case 'RequestClosure':
      return requestClosure(command.data, customer);
    case 'StartClosure':
      return startClosure(command.data, customer);
    case 'ReverseClosure':
      return reverseClosure(command.data, customer);
    case 'DeactivateCustomer':
      return deactivate(command.data, customer);
    default:
      return assertNever(command);
  }
};

const requestClosure = (
  request: DataOf<CustomerCommand, 'RequestClosure'>,
  { customerId, requestedClosure }: Active,
) =>
  request.closureId === requestedClosure
    ? []
    : [{ type: 'ClosureRequested' as const, data: { customerId, ...request } }];

const startClosure = ({ closureId }: Closure, { customerId, leaving, reversedClosures, open }: Active) => {
  if (reversedClosures.includes(closureId)) return reject('closure-reversed');
  if (leaving !== undefined) return leaving === closureId ? [] : reject('customer-leaving');
  if (open !== undefined) return reject('mobile-number-change-open');
  return [{ type: 'CustomerLeaving' as const, data: { customerId, closureId } }];
};

/** Never rejected. */
const reverseClosure = ({ closureId }: Closure, { customerId, leaving, reversedClosures }: Active) => {
  if (reversedClosures.includes(closureId)) return [];
  const type = leaving === closureId ? ('CustomerStaying' as const) : ('ClosureReversedInAdvance' as const);
  return [{ type, data: { customerId, closureId } }];
};

type ActiveCommand = Exclude<
  CustomerCommand,
  ClosureCommand | Readonly<{ type: 'RegisterCustomer' | 'ForgetCustomer' }>
>;

const decideActive = (command: ActiveCommand, customer: Active) => {
  switch (command.type) {
    case 'RenameCustomer':
      return rename(command.data, customer);
    case 'ChangeEmail':
      return changeEmail(command.data, customer);
    case 'RequestMobileNumberChange':
      return requestNumber(command.data, customer);
    case 'ChangeMobileNumber':
      return changeNumber(command.data, customer);
    case 'RollBackMobileNumber':
      return rollBack(command.data, customer);
    case 'SettleMobileNumber':
      return settle(command.data, customer);
    default:
      return assertNever(command);
  }
};

const register = ({ customerId, name, email, mobileNumber }: CustomerRef & Person, customer: Customer) => {
  if (customer.status === 'unregistered')
    return [{ type: 'CustomerRegistered' as const, data: { customerId, name, email, mobileNumber } }];
  if (customer.status === 'forgotten') return reject('customer-not-active');
  const same = customer.name === name && customer.email === email && customer.mobileNumber === mobileNumber;
  return same ? [] : reject('customer-already-registered');
};

const rename = ({ name }: Readonly<{ name: string }>, { customerId, ...customer }: Active) =>
  name === customer.name ? [] : [{ type: 'CustomerRenamed' as const, data: { customerId, name } }];

const changeEmail = ({ email }: Readonly<{ email: string }>, { customerId, ...customer }: Active) =>
  email === customer.email ? [] : [{ type: 'EmailChanged' as const, data: { customerId, email } }];

const requestedIn = ({ requested }: Active, id: string) =>
  requested.findLast(({ changeId }) => changeId === id);

const isRolledBack = (rolledBack: readonly RolledBack[], id: string): boolean =>
  rolledBack.some(({ changeId }) => changeId === id);

const requestNumber = ({ changeId, mobileNumber }: Requested, customer: Active) => {
  const { customerId, open, settled, rolledBack } = customer;
  if (open?.changeId === changeId || settled.includes(changeId) || isRolledBack(rolledBack, changeId))
    return [];
  const earlier = requestedIn(customer, changeId);
  if (earlier) return earlier.mobileNumber === mobileNumber ? [] : reject('mobile-number-change-id-reused');
  return [{ type: 'MobileNumberChangeRequested' as const, data: { customerId, changeId, mobileNumber } }];
};

const changeNumber = ({ changeId, style, ...asked }: ChangeMobileNumber, customer: Active) => {
  const { customerId } = customer;
  if (isRolledBack(customer.rolledBack, changeId)) return reject('mobile-number-change-rolled-back'); // The roll-back arrived first.
  if (customer.open?.changeId === changeId || customer.settled.includes(changeId)) return [];
  if (customer.open !== undefined) return reject('mobile-number-change-open');
  const mobileNumber = asked.mobileNumber ?? requestedIn(customer, changeId)?.mobileNumber;
  if (mobileNumber === undefined) return reject('mobile-number-change-not-found');
  const previousMobileNumber = customer.mobileNumber;
  const data = { customerId, changeId, mobileNumber, previousMobileNumber, ...(style && { style }) };
  return [{ type: 'MobileNumberChanged' as const, data }];
};

/** Rolling back an unknown change records a tombstone that rejects it if it arrives later. */
const rollBack = (
  { changeId, ...reasoned }: Change & WithReason,
  { customerId, open, ...customer }: Active,
) => {
  if (isRolledBack(customer.rolledBack, changeId)) return [];
  if (customer.settled.includes(changeId)) return reject('mobile-number-change-settled');
  if (open?.changeId !== changeId)
    return [
      { type: 'MobileNumberChangeRolledBackInAdvance' as const, data: { customerId, changeId, ...reasoned } },
    ];
  const [mobileNumber, previousMobileNumber] = [open.previousMobileNumber, customer.mobileNumber];
  const data = { customerId, changeId, mobileNumber, previousMobileNumber, ...reasoned };
  return [{ type: 'MobileNumberRolledBack' as const, data }];
};

const settle = ({ changeId }: Change, { customerId, open, settled, rolledBack }: Active) => {
  if (settled.includes(changeId)) return [];
  if (isRolledBack(rolledBack, changeId)) return reject('mobile-number-change-rolled-back');
  if (open?.changeId !== changeId) return reject('mobile-number-change-not-found');
  return [{ type: 'MobileNumberChangeSettled' as const, data: { customerId, changeId } }];
};

type Registered = Exclude<Customer, Readonly<{ status: 'unregistered' }>>;

const deactivate = ({ closureId }: Closure, { customerId, leaving }: Active) =>
  leaving === closureId
    ? [{ type: 'CustomerDeactivated' as const, data: { customerId } }]
    : reject('customer-cannot-leave');

/** Follows deactivation. */
const forget = ({ status, customerId }: Registered) => {
  if (status === 'active') return reject('customer-cannot-leave');
  return status === 'forgotten' ? [] : [{ type: 'CustomerForgotten' as const, data: { customerId } }];
};

const evolve = (customer: Customer, event: CustomerEvent): Customer => {
  if (isOfNumber(event)) return evolveNumber(active(customer, event), event);
  switch (event.type) {
    case 'CustomerRegistered':
      return {
        ...event.data,
        status: 'active',
        requested: [],
        settled: [],
        rolledBack: [],
        reversedClosures: [],
      };
    case 'ClosureRequested':
      return { ...active(customer, event), requestedClosure: event.data.closureId };
    case 'CustomerLeaving':
      return { ...active(customer, event), leaving: event.data.closureId };
    case 'CustomerStaying':
      return staying(active(customer, event), event.data);
    case 'ClosureReversedInAdvance':
      return reversed(active(customer, event), event.data);
    case 'CustomerForgotten':
      return { status: 'forgotten', customerId: event.data.customerId };
    case 'CustomerDeactivated':
      return deactivated(active(customer, event));
    case 'CustomerRenamed':
      return { ...active(customer, event), name: event.data.name };
    case 'EmailChanged':
      return { ...active(customer, event), email: event.data.email };
    default:
      return assertNever(event);
  }
};

type NumberEvent = Extract<CustomerEvent, Readonly<{ data: Change }>>;

const isOfNumber = (event: CustomerEvent): event is NumberEvent => 'changeId' in event.data;

const evolveNumber = (customer: Active, { type, data }: NumberEvent): Active => {
  const { open: _open, ...rest } = customer;
  switch (type) {
    case 'MobileNumberChangeRequested': {
      const { changeId, mobileNumber } = data;
      return { ...customer, requested: appendBounded(customer.requested, { changeId, mobileNumber }) };
    }
    case 'MobileNumberChanged': {
      const { changeId, mobileNumber, previousMobileNumber } = data;
      return { ...customer, mobileNumber, open: { changeId, previousMobileNumber } };
    }
    case 'MobileNumberRolledBack': {
      const { changeId, mobileNumber, reason } = data;
      return { ...rest, mobileNumber, rolledBack: rolledBackBy(customer, { changeId, reason }) };
    }
    case 'MobileNumberChangeRolledBackInAdvance':
      return { ...customer, rolledBack: rolledBackBy(customer, data) };
    case 'MobileNumberChangeSettled':
      return { ...rest, settled: appendBounded(customer.settled, data.changeId) };
    default:
      return assertNever(type);
  }
};

const active = (customer: Customer, event: CustomerEvent): Active => {
  if (customer.status !== 'active') throw new Error(`${event.type} of a customer who is ${customer.status}.`);
  return customer;
};

const rolledBackBy = (
  { rolledBack }: Active,
  { changeId, reason }: Readonly<{ changeId: string; reason?: string | undefined }>,
): readonly RolledBack[] => appendBounded(rolledBack, { changeId, ...(reason !== undefined && { reason }) });

const reversed = (customer: Active, { closureId }: Closure): Active => ({
  ...customer,
  reversedClosures: appendBounded(customer.reversedClosures, closureId),
});

const staying = ({ leaving: _closure, ...customer }: Active, closure: Closure): Active =>
  reversed(customer, closure);

const deactivated = ({
  customerId,
  name,
  email,
  mobileNumber,
  settled,
  rolledBack,
}: Active): Deactivated => ({
  customerId,
  name,
  email,
  mobileNumber,
  settled,
  rolledBack,
  status: 'deactivated',
});

const keyOf = (value: string): UniqueKey => ({ index: 'mobile', value });

/** A customer holds one number, and during a change the previous one as well. */
const heldBy = (customer: Customer): readonly string[] => {
  if (customer.status !== 'active') return [];
  const { mobileNumber, open } = customer;
  return [...new Set([mobileNumber, ...(open ? [open.previousMobileNumber] : [])])];
};

const uniques = (events: readonly CustomerEvent[], customer: Customer) => {
  const [before, after] = [heldBy(customer), heldBy(events.reduce(evolve, customer))];
  return {
    claims: after.filter((number) => !before.includes(number)).map(keyOf),
    releases: before.filter((number) => !after.includes(number)).map(keyOf),
  };
};

export const customer: Aggregate<CustomerTypes> = {
  version: 4,
  initialState: { status: 'unregistered' },
  decide,
  evolve,
  streamOf: (customerId) => `customer-${customerId}`,
  uniques,
  uniqueViolation: { mobile: 'mobile-number-taken' },
};
