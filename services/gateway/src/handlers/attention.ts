import { pathOf } from '@bankside/dapr';
import type { Handlers } from '../router';
import type { Upstream } from '../upstream';
import { withQuery } from '../with-query';

const SERVICE = 'worker';

export const attentionHandlers = ({
  get,
  change,
}: Upstream): Pick<Handlers, 'listAttention' | 'resolveAttention' | 'finishSaga'> => ({
  listAttention: ({ query, ...call }) => get(SERVICE, withQuery('attention', query), call),
  resolveAttention: ({ params, ...call }) =>
    change('POST', SERVICE, pathOf('attention', params.attentionId, 'resolve'), call),
  finishSaga: ({ params, ...call }) =>
    change('POST', SERVICE, pathOf('sagas', params.sagaId, 'finish'), call),
});
