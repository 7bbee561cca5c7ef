import type { faultOperations } from '@bankside/contracts/http';
import type { Handlers } from '../router';
import type { Upstream } from '../upstream';

export const faultHandlers = ({ get, change }: Upstream): Pick<Handlers, keyof typeof faultOperations> => ({
  getFaults: ({ params, ...call }) => get(params.service, 'faults', call),
  setFaults: ({ params, ...call }) => change('PUT', params.service, 'faults', call),
  switchFaults: ({ params, ...call }) => change('PATCH', params.service, 'faults', call),
});
