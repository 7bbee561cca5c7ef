import { customerScopeOf, type Actor, notTheOwner } from '@bankside/auth';
import { operations, roles, type Operation, type Role } from '@bankside/contracts/http';
import { admit, requireOwnership, concealing } from './authorize';
import { type Problem, notFound, rejection } from '@bankside/http';

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

const customer: Actor = { subject: 'ada', roles: ['customer'], customerId: 'c-1' };
const teller: Actor = { subject: 'tom', roles: ['teller'] };

const outcomeOf = (actor: Actor, problem: Problem, thrown: boolean): Promise<unknown> =>
  concealing(actor, () =>
    thrown
      ? Promise.reject(problem)
      : Promise.resolve({ status: problem.status, headers: {}, body: problem.body() }),
  ).then(
    (response) => ('body' in response ? response.body : undefined),
    (error: Problem) => error.body(),
  );

describe('a resource that a customer may not see', () => {
  it.each([true, false])(
    'looks like what does not exist (problem thrown by the gateway: %s)',
    async (thrown) => {
      const hidden = { type: '/problems/not-found', status: 404 };
      const others = await outcomeOf(customer, notTheOwner(), thrown);
      expect(others).toMatchObject(hidden);
      expect(await outcomeOf(customer, notFound('account 1000000017'), thrown)).toEqual(others);
    },
  );

  it.each([true, false])(
    'is distinguishable for staff (problem thrown by the gateway: %s)',
    async (thrown) => {
      expect(await outcomeOf(teller, notTheOwner(), thrown)).toEqual(notTheOwner().body());
      expect(await outcomeOf(teller, notFound('account'), thrown)).toEqual(notFound('account').body());
    },
  );

  it('leaves every other problem as it is', async () => {
    for (const problem of [rejection('account-not-found'), rejection('insufficient-funds')])
      expect(await outcomeOf(customer, problem, false)).toEqual(problem.body());
  });

  it('leaves responses that are no problem', async () => {
    const fine = { status: 200, headers: {}, body: { type: '/problems/not-found' } };
    expect(await concealing(customer, () => Promise.resolve(fine))).toBe(fine);
  });
});
