import type { transferOperations } from '@bankside/contracts/http';
import { transferMoneySaga } from '@bankside/contracts/sagas';
import { pathOf } from '@bankside/dapr';
import { customerScopeOf } from '@bankside/auth';
import type { RequestContext } from '../request-context';
import type { Handlers } from '../router';
import type { SagaRuns } from '../saga-runs';
import type { ApiResponse, Upstream } from '../upstream';
import { withQuery } from '../with-query';
import { sagaResponse } from './saga-response';

type OfTransfer = Readonly<{ transferId?: string }>;

/**
 * Adds the purposes of transfers, which only their owner stores and can forget. Without its response the page is
 * unchanged.
 */
const addPurposes = async <T extends OfTransfer>(
  { get }: Upstream,
  items: readonly T[],
  call: RequestContext,
): Promise<readonly T[]> => {
  const ids = [...new Set(items.flatMap(({ transferId }) => transferId ?? []))];
  if (ids.length === 0) return items;
  const owner = await get('accounts', withQuery('transfers', { ids: ids.join(',') }), call).catch(
    () => undefined,
  );
  if (owner?.status !== 200) return items;
  const { transfers } = owner.body as Readonly<{
    transfers: readonly Readonly<{ transferId: string; purpose?: string }>[];
  }>;
  const purposes = new Map(transfers.map(({ transferId, purpose }) => [transferId, purpose]));
  return items.map((item) => {
    const purpose = purposes.get(item.transferId ?? '');
    return purpose === undefined ? item : { ...item, purpose };
  });
};

/** A page of a view whose items may belong to transfers, with their purposes. */
export const withPurposes = async (
  services: Upstream,
  page: ApiResponse,
  { list, call }: Readonly<{ list: 'lines' | 'transfers'; call: RequestContext }>,
): Promise<ApiResponse> => {
  if (page.status !== 200) return page;
  const body = page.body as Readonly<Record<'lines' | 'transfers', readonly OfTransfer[]>>;
  return { ...page, body: { ...body, [list]: await addPurposes(services, body[list], call) } };
};

/**
 * Records the transfer with `accounts`, which keeps its purpose and rejects what neither account would accept, and runs the
 * saga that moves the money. The event of the request starts the same saga, so it also runs if this process dies here.
 */
export const transferHandlers = (
  services: Upstream,
  runs: SagaRuns,
): Pick<Handlers, keyof typeof transferOperations> => ({
  transferMoney: async ({ body, req: _req, query: _query, params: _params, ...call }) => {
    const scope = customerScopeOf(call.actor);
    const requested = await services.change('POST', 'accounts', 'transfers', {
      ...call,
      body: { ...body, ...(scope !== undefined && { customerId: scope }) },
    });
    if (requested.status !== 201) return requested;
    const { transferId, customerId } = requested.body as Readonly<
      Record<'transferId' | 'customerId', string>
    >;
    const { purpose: _private, ...money } = body;
    const outcome = await runs.run(transferMoneySaga, { transferId, customerId, ...money }, call);
    return sagaResponse(outcome, {
      sagaId: transferId,
      location: `/api/transfers/${transferId}`,
      done: { transferId },
    });
  },
  getTransfer: ({ params: { transferId }, ...call }) =>
    services.get('accounts', pathOf('transfers', transferId), call),
  listTransfers: async ({ params, query, ...call }) =>
    withPurposes(
      services,
      await services.get('projection', withQuery('transfers', { ...params, ...query }), call),
      { list: 'transfers', call },
    ),
});
