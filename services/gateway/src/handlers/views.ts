import type { bankTotalsOperations, statementOperations } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import type { Handlers } from '../router';
import type { ApiResponse, Upstream } from '../upstream';
import { withQuery } from '../with-query';
import { withPurposes } from './transfers';

const SERVICE = 'projection';

/** Reduces profiles to their customers. */
const customersIn = (response: ApiResponse): ApiResponse => {
  if (response.status !== 200) return response;
  const { profiles, ...rest } = response.body as Readonly<{
    profiles: readonly Readonly<{ person: object }>[];
  }>;
  return { ...response, body: { ...rest, customers: profiles.map(({ person }) => person) } };
};

/** The lines that belong to the customer: none of the number of another one. */
const linesOf = (customerId: string, response: ApiResponse): ApiResponse => {
  if (response.status !== 200) return response;
  const { lines, ...rest } = response.body as Readonly<{
    lines: readonly Readonly<{ customerId: string }>[];
  }>;
  const own = lines.filter((line) => line.customerId === customerId);
  return { ...response, body: own.length === lines.length ? response.body : { ...rest, lines: own } };
};

export const viewHandlers = (
  services: Upstream,
): Pick<Handlers, keyof typeof statementOperations | keyof typeof bankTotalsOperations> => ({
  searchCustomers: async ({ query, ...call }) =>
    customersIn(await services.get(SERVICE, withQuery('customer-profile', query), call)),
  getStatement: async ({ params: { customerId }, query, ...call }) => {
    const by = query.number === undefined ? { customerId } : {};
    const response = await services.get(SERVICE, withQuery('statement', { ...by, ...query }), call);
    const lines = query.number === undefined ? response : linesOf(customerId, response);
    return withPurposes(services, lines, { list: 'lines', call });
  },
  getMonthlyTotals: ({ params, query, ...call }) =>
    services.get(SERVICE, withQuery('monthly-totals', { ...params, ...query }), call),
  getBankTotals: ({ params, ...call }) => services.get(SERVICE, pathOf('bank-totals', params.currency), call),
});
