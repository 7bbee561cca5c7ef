import { assertNever, reject, appendBounded, type Aggregate, type UniqueKey } from '@bankside/kernel';
import { decideClosure, evolveClosure, isClosureEvent, isOfClosure, type ClosureCommand } from './closure';
import type {
  Active,
  Change,
  ChangeMobileNumber,
  Customer,
  CustomerCommand,
  CustomerEvent,
  CustomerRef,
  CustomerTypes,
  Deactivated,
  Person,
  Requested,
  RolledBack,
  WithReason,
} from './customer-types';

export type * from './customer-types';

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

/** An inactive customer has no open change and has left, so ending a change or leaving does nothing. */
const mayRepeat = (command: CustomerCommand) => endsChange(command) || isOfClosure(command);

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

/** Follows deactivation. */
const forget = ({ status, customerId }: Registered) => {
  if (status === 'active') return reject('customer-cannot-leave');
  return status === 'forgotten' ? [] : [{ type: 'CustomerForgotten' as const, data: { customerId } }];
};

const evolve = (customer: Customer, event: CustomerEvent): Customer => {
  if (isClosureEvent(event)) return evolveClosure(active(customer, event), event);
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
