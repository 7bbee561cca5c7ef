import type { bankTotalsOperations, statementOperations } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import type { Handlers } from '../router';
import type { ApiResponse, Upstream } from '../upstream';
import { withQuery } from '../with-query';
import { withPurposes } from './transfers';

const SERVICE = 'projection';

/** Reduces profiles to their customers. */
const customersIn = (answer: ApiResponse): ApiResponse => {
  if (answer.status !== 200) return answer;
  const { profiles, ...rest } = answer.body as Readonly<{
    profiles: readonly Readonly<{ person: object }>[];
  }>;
  return { ...answer, body: { ...rest, customers: profiles.map(({ person }) => person) } };
};

/** The lines that belong to the customer: none of the number of another one. */
const linesOf = (customerId: string, answer: ApiResponse): ApiResponse => {
  if (answer.status !== 200) return answer;
  const { lines, ...rest } = answer.body as Readonly<{ lines: readonly Readonly<{ customerId: string }>[] }>;
  const own = lines.filter((line) => line.customerId === customerId);
  return { ...answer, body: own.length === lines.length ? answer.body : { ...rest, lines: own } };
};

export const viewHandlers = (
  services: Upstream,
): Pick<Handlers, keyof typeof statementOperations | keyof typeof bankTotalsOperations> => ({
  searchCustomers: async ({ query, ...call }) =>
    customersIn(await services.get(SERVICE, withQuery('customer-profile', query), call)),
  getStatement: async ({ params: { customerId }, query, ...call }) => {
    const by = query.number === undefined ? { customerId } : {};
    const answer = await services.get(SERVICE, withQuery('statement', { ...by, ...query }), call);
    const lines = query.number === undefined ? answer : linesOf(customerId, answer);
    return withPurposes(services, lines, { list: 'lines', call });
  },
  getMonthlyTotals: ({ params, query, ...call }) =>
    services.get(SERVICE, withQuery('monthly-totals', { ...params, ...query }), call),
  getBankTotals: ({ params, ...call }) => services.get(SERVICE, pathOf('bank-totals', params.currency), call),
});
