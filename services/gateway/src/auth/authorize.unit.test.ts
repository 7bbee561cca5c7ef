import { customerScopeOf, type Actor } from '@bankside/auth';
import { operations, roles, type Operation, type Role } from '@bankside/contracts/http';
import { admit, requireOwnership } from './authorize';

const MINE = 'c-mine';
const OTHERS = 'c-others';
const table = Object.entries(operations) as [string, Operation][];

const actorWith = (...some: readonly Role[]): Actor => ({ subject: 'ada', roles: some, customerId: MINE });
const partsFor = ({ owner }: Operation, customerId: string) => (owner ? { [owner]: { customerId } } : {});

/** Whether a call gets through: here, and at an owner that compares the holder with the scope of the actor. */
const reaches = (operation: Operation, who: Actor, customerId: string): boolean => {
  try {
    const admitted = admit(operation, who);
    requireOwnership(operation, admitted, partsFor(operation, customerId));
    if (operation.owner !== 'service') return true;
    const scope = customerScopeOf(admitted, ['teller', 'operator']);
    return scope === undefined || scope === customerId;
  } catch {
    return false;
  }
};

describe('the reach of a call', () => {
  const singles = table.flatMap(([id, operation]) => roles.map((role) => [id, role, operation] as const));
  const pairs = table.flatMap(([id, operation]) =>
    roles.flatMap((one, index) =>
      roles.slice(index + 1).map((other) => [id, one, other, operation] as const),
    ),
  );

  it('is tried for every call, role and pair of roles', () => {
    expect(table.length).toBeGreaterThan(40);
    expect([singles.length, pairs.length]).toEqual([table.length * 3, table.length * 3]);
  });

  it.each(singles)('%s as a %s', (_id, role, operation) => {
    const opens = (operation.roles as readonly Role[]).includes(role);
    const bound = role === 'customer' && operation.owner !== 'none';
    expect(reaches(operation, actorWith(role), MINE)).toBe(opens);
    expect(reaches(operation, actorWith(role), OTHERS)).toBe(opens && !bound);
  });

  it.each(pairs)('%s as a %s and %s is that of the two alone', (_id, one, other, operation) => {
    for (const customerId of [MINE, OTHERS])
      expect(reaches(operation, actorWith(one, other), customerId)).toBe(
        reaches(operation, actorWith(one), customerId) || reaches(operation, actorWith(other), customerId),
      );
  });

  it('leaves in the token of a service only the roles that open the call', () => {
    expect(admit(operations.getAccount, actorWith('customer', 'operator')).roles).toEqual(['customer']);
    expect(admit(operations.getOrder, actorWith('customer', 'operator')).roles).toEqual([
      'customer',
      'operator',
    ]);
  });
});
