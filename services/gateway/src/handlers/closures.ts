import { closeCustomerSaga } from '@bankside/contracts/sagas';
import { pathOf } from '@bankside/dapr';
import { Problem } from '@bankside/http';
import { operationIdFrom } from '@bankside/std/ids';
import type { Handlers } from '../router';
import type { SagaRuns } from '../saga-runs';
import type { ApiResponse, Upstream } from '../upstream';
import { sagaResponse } from './saga-response';

type Ids = 'deactivateCustomer' | 'forgetCustomer';
type ClosureInput = Parameters<Handlers['deactivateCustomer']>[0];

/**
 * Records the request with the owner of customers, which keeps the reason of a forced closure, and runs the saga that
 * closes the customer. `customers` decides the request once for each key, so a repeat finds the same saga.
 */
export const closureHandlers = ({ change }: Upstream, runs: SagaRuns): Pick<Handlers, Ids> => {
  const close = async (
    { params: { customerId }, body, req: _req, query: _query, ...call }: ClosureInput,
    forget: boolean,
  ): Promise<ApiResponse> => {
    const { force, reason } = body;
    if (force && !call.actor.roles.includes('teller'))
      throw new Problem({ name: 'forbidden', detail: 'Only tellers may force a closure.' });
    const closureId = operationIdFrom('closure', call.key);
    const request = { closureId, forget, ...(reason !== undefined && { reason }) };
    const path = pathOf('customers', customerId, 'closures');
    const requested = await change('POST', 'customers', path, { ...call, body: request });
    if (requested.status !== 200) return requested;
    const outcome = await runs.run(closeCustomerSaga, { closureId, customerId, forced: force, forget }, call);
    return sagaResponse(outcome, {
      sagaId: closureId,
      location: `/api/customers/${customerId}`,
      done: {},
      refusal: 'customer-cannot-leave',
    });
  };
  return {
    deactivateCustomer: (input) => close(input, false),
    forgetCustomer: (input) => close(input, true),
  };
};
