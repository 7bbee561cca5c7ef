import { notTheOwner, type Actor } from '@bankside/auth';
import type { Problem } from '@bankside/http';
import { notFound, rejection } from '@bankside/http';
import { concealing } from './conceal';

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
