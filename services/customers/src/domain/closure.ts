import { appendBounded, assertNever, reject, type DataOf } from '@bankside/kernel';
import type { Active, Closure, CustomerCommand, CustomerEvent } from './customer-types';

export type ClosureCommand = Extract<
  CustomerCommand,
  Readonly<{ type: 'RequestClosure' | 'StartClosure' | 'ReverseClosure' | 'DeactivateCustomer' }>
>;

const CLOSURE: ReadonlySet<CustomerCommand['type']> = new Set<ClosureCommand['type']>([
  'RequestClosure',
  'StartClosure',
  'ReverseClosure',
  'DeactivateCustomer',
]);

export const isOfClosure = (command: CustomerCommand): command is ClosureCommand => CLOSURE.has(command.type);

export const decideClosure = (command: ClosureCommand, customer: Active) => {
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

const deactivate = ({ closureId }: Closure, { customerId, leaving }: Active) =>
  leaving === closureId
    ? [{ type: 'CustomerDeactivated' as const, data: { customerId, closureId } }]
    : reject('customer-cannot-leave');

const reversed = (customer: Active, { closureId }: Closure): Active => ({
  ...customer,
  reversedClosures: appendBounded(customer.reversedClosures, closureId),
});

const staying = ({ leaving: _closure, ...customer }: Active, closure: Closure): Active =>
  reversed(customer, closure);

export type ClosureEvent = Extract<
  CustomerEvent,
  Readonly<{
    type: 'ClosureRequested' | 'CustomerLeaving' | 'CustomerStaying' | 'ClosureReversedInAdvance';
  }>
>;

export const isClosureEvent = (event: CustomerEvent): event is ClosureEvent =>
  'closureId' in event.data && event.type !== 'CustomerDeactivated';

export const evolveClosure = (customer: Active, { type, data }: ClosureEvent): Active => {
  switch (type) {
    case 'ClosureRequested':
      return { ...customer, requestedClosure: data.closureId };
    case 'CustomerLeaving':
      return { ...customer, leaving: data.closureId };
    case 'CustomerStaying':
      return staying(customer, data);
    case 'ClosureReversedInAdvance':
      return reversed(customer, data);
    default:
      return assertNever(type);
  }
};
