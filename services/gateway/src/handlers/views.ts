import type { bankTotalsOperations, statementOperations } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import type { Handlers } from '../router';
import type { ApiResponse, Upstream } from '../upstream';
import { withQuery } from '../with-query';

const SERVICE = 'projection';

/** Reduces profiles to their customers. */
const customersIn = (answer: ApiResponse): ApiResponse => {
  if (answer.status !== 200) return answer;
  const { profiles, ...rest } = answer.body as Readonly<{
    profiles: readonly Readonly<{ person: object }>[];
  }>;
  return { ...answer, body: { ...rest, customers: profiles.map(({ person }) => person) } };
};

export const viewHandlers = ({
  get,
}: Upstream): Pick<Handlers, keyof typeof statementOperations | keyof typeof bankTotalsOperations> => ({
  searchCustomers: async ({ query, ...call }) =>
    customersIn(await get(SERVICE, withQuery('customer-profile', query), call)),
  getStatement: ({ params, query, ...call }) =>
    get(SERVICE, withQuery('statement', { ...params, ...query }), call),
  getMonthlyTotals: ({ params, query, ...call }) =>
    get(SERVICE, withQuery('monthly-totals', { ...params, ...query }), call),
  getBankTotals: ({ params, ...call }) => get(SERVICE, pathOf('bank-totals', params.currency), call),
});
