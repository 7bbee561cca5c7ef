import type { cardOperations } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import type { Handlers } from '../router';
import type { Upstream } from '../upstream';
import { withQuery } from '../with-query';

export const cardHandlers = ({
  get,
  change,
}: Upstream): Pick<Handlers, Exclude<keyof typeof cardOperations, 'payCard' | 'getCardPayment'>> => ({
  issueCard: ({ params, body, ...call }) =>
    change('POST', 'cards', 'cards', { ...call, body: { ...body, ...params } }),
  listCards: ({ params, query, ...call }) => get('cards', withQuery('cards', { ...params, ...query }), call),
  getCard: ({ params, ...call }) => get('cards', pathOf('cards', params.cardNumber), call),
  blockCard: ({ params, ...call }) =>
    change('POST', 'cards', pathOf('cards', params.cardNumber, 'block'), call),
});
