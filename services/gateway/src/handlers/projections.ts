import type { projectionOperations } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import type { Handlers } from '../router';
import type { Upstream } from '../upstream';

const SERVICE = 'projection';

export const projectionHandlers = ({
  get,
  change,
}: Upstream): Pick<Handlers, keyof typeof projectionOperations> => ({
  listProjections: (call) => get(SERVICE, 'projections', call),
  getProjection: ({ params, ...call }) => get(SERVICE, pathOf('projections', params.projection), call),
  rebuildProjection: ({ params, ...call }) =>
    change('POST', SERVICE, pathOf('projections', params.projection, 'rebuild'), call),
  readDocument: ({ params, ...call }) =>
    get(SERVICE, pathOf('projections', params.projection, 'documents', params.key), call),
  auditProjection: ({ params, ...call }) =>
    get(SERVICE, pathOf('projections', params.projection, 'audit'), call),
});
