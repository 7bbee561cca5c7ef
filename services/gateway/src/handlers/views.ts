import type { projectionOperations, viewOperations } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import type { Handlers } from '../router';
import type { Answer, Upstream } from '../upstream';
import { withQuery } from '../with-query';

const SERVICE = 'projection';

/** Profiles as the customers that they are of. */
const customersIn = (answer: Answer): Answer => {
  if (answer.status !== 200) return answer;
  const { profiles, ...rest } = answer.body as Readonly<{
    profiles: readonly Readonly<{ person: object }>[];
  }>;
  return { ...answer, body: { ...rest, customers: profiles.map(({ person }) => person) } };
};

export const viewHandlers = ({ get }: Upstream): Pick<Handlers, keyof typeof viewOperations> => ({
  searchCustomers: async ({ query, ...call }) =>
    customersIn(await get(SERVICE, withQuery('customer-profile', query), call)),
  getStatement: ({ params, query, ...call }) =>
    get(SERVICE, withQuery('statement', { ...params, ...query }), call),
  getMonthlyTotals: ({ params, query, ...call }) =>
    get(SERVICE, withQuery('monthly-totals', { ...params, ...query }), call),
  getBankTotals: ({ params, ...call }) => get(SERVICE, pathOf('bank-totals', params.currency), call),
});

export const projectionHandlers = ({
  get,
  change,
}: Upstream): Pick<Handlers, keyof typeof projectionOperations> => ({
  listProjections: (call) => get(SERVICE, 'projections', call),
  getProjection: ({ params, ...call }) => get(SERVICE, pathOf('projections', params.name), call),
  rebuildProjection: ({ params, ...call }) =>
    change('POST', SERVICE, pathOf('projections', params.name, 'rebuild'), call),
  auditProjection: ({ params, ...call }) => get(SERVICE, pathOf('projections', params.name, 'audit'), call),
  listDeadLetters: ({ query, ...call }) => get(SERVICE, withQuery('dead-letters', query), call),
  replayDeadLetters: (input) => change('POST', SERVICE, 'dead-letters/replay', input),
  discardDeadLetters: (input) => change('POST', SERVICE, 'dead-letters/discard', input),
});
