import { sagaNames } from '@bankside/contracts/sagas/names';
import { pathOf } from '@bankside/dapr';
import type { Handlers } from '../router';
import type { LastingSagas } from '../lasting-sagas';
import { ok, type Upstream } from '../upstream';
import { withQuery } from '../with-query';

type Ids = 'listSagas' | 'getSaga' | 'listStreams' | 'readStream' | 'auditService' | 'auditChain';

export const operatorHandlers = ({ get }: Upstream, sagas: LastingSagas): Pick<Handlers, Ids> => ({
  listSagas: async ({ query }) => ok({ ...(await sagas.list(query)), kinds: sagaNames }),
  getSaga: async ({ params }) => ok(await sagas.find(params.sagaId)),
  listStreams: ({ params, query, ...call }) => get(params.service, withQuery('recent-streams', query), call),
  readStream: ({ params, query, ...call }) =>
    get(params.service, withQuery(pathOf('streams', params.stream), query), call),
  auditChain: ({ params, query, ...call }) => get(params.service, withQuery('audit/chain', query), call),
  auditService: ({ params, query, ...call }) => get(params.service, withQuery('audit', query), call),
});
