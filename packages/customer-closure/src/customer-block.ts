import {
  appendBounded,
  assertNever,
  reject,
  type Aggregate,
  type Types,
  type UniqueKey,
} from '@bankside/kernel';

// Stored forever under these names. One stream per customer holds whether the customer may get anything new here.
type Closure = Readonly<{ customerId: string; closureId: string }>;

export type CustomerBlockEvent =
  | Readonly<{ type: 'CustomerBlocked' | 'CustomerUnblocked'; data: Closure }>
  /** Unblocked before the block arrived: it is rejected when it does. */
  | Readonly<{ type: 'CustomerUnblockedInAdvance'; data: Closure }>;

export type CustomerBlockCommand = Readonly<{ type: 'BlockCustomer' | 'UnblockCustomer'; data: Closure }>;

type CustomerBlock = Readonly<{
  /** The closure that blocks the customer. */
  closureId?: string;
  /** Closures that were reversed. Bounded by `appendBounded`. */
  reversed: readonly string[];
}>;

export type CustomerBlockTypes = Readonly<{
  state: CustomerBlock;
  command: CustomerBlockCommand;
  event: CustomerBlockEvent;
  rejection: 'closure-reversed';
}>;

const blockedCustomer = (customerId: string): UniqueKey => ({ index: 'blocked-customer', value: customerId });

const decide = ({ type, data }: CustomerBlockCommand, { closureId, reversed }: CustomerBlock) => {
  switch (type) {
    case 'BlockCustomer':
      if (reversed.includes(data.closureId)) return reject('closure-reversed');
      // Another closure of a customer who has left, such as one to forget them.
      return closureId === undefined ? [{ type: 'CustomerBlocked' as const, data }] : [];
    case 'UnblockCustomer':
      if (reversed.includes(data.closureId)) return [];
      return closureId === data.closureId
        ? [{ type: 'CustomerUnblocked' as const, data }]
        : [{ type: 'CustomerUnblockedInAdvance' as const, data }];
    default:
      return assertNever(type);
  }
};

const evolve = (
  { closureId, reversed }: CustomerBlock,
  { type, data }: CustomerBlockEvent,
): CustomerBlock => {
  switch (type) {
    case 'CustomerBlocked':
      return { closureId: data.closureId, reversed };
    case 'CustomerUnblocked':
      return { reversed: appendBounded(reversed, data.closureId) };
    case 'CustomerUnblockedInAdvance':
      return {
        ...(closureId !== undefined && { closureId }),
        reversed: appendBounded(reversed, data.closureId),
      };
    default:
      return assertNever(type);
  }
};

/** Whether a customer is blocked: the claim of a unique value, so that openings can require that it is free. */
export const customerBlock: Aggregate<CustomerBlockTypes> = {
  version: 1,
  initialState: { reversed: [] },
  decide,
  evolve,
  streamOf: (customerId) => `block-${customerId}`,
  uniques: (events) => ({
    claims: events.flatMap(({ type, data }) =>
      type === 'CustomerBlocked' ? [blockedCustomer(data.customerId)] : [],
    ),
    releases: events.flatMap(({ type, data }) =>
      type === 'CustomerUnblocked' ? [blockedCustomer(data.customerId)] : [],
    ),
  }),
};

/** Events of an aggregate that name its customer. */
type OfCustomer = Types & Readonly<{ event: Readonly<{ data: Readonly<{ customerId?: string }> }> }>;

/**
 * The aggregate, with the rule that its event `opened` is stored only while the customer in it is not blocked: the
 * transaction that stores it checks that. `rejection` is that of a blocked customer.
 */
export const refusingBlockedCustomers = <T extends Types>(
  aggregate: Aggregate<T>,
  opened: T['event']['type'],
  rejection: T['rejection'],
): Aggregate<T> => ({
  ...aggregate,
  uniques: (events, state) => ({
    ...aggregate.uniques?.(events, state),
    absent: events.flatMap(({ type, data }) => {
      const { customerId } = data as OfCustomer['event']['data'];
      return type === opened && customerId !== undefined ? [blockedCustomer(customerId)] : [];
    }),
  }),
  uniqueViolation: { ...aggregate.uniqueViolation, [blockedCustomer('').index]: rejection },
});
