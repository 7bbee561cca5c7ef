import type { mobileNumberOperations } from '@bankside/contracts/http';
import { payCardSaga } from '@bankside/contracts/sagas';
import { customerScopeOf } from '@bankside/auth';
import { notFound } from '@bankside/http';
import { operationIdFrom } from '@bankside/std/ids';
import type { Handlers } from '../router';
import type { SagaRuns } from '../saga-runs';
import { ok, type Upstream } from '../upstream';
import { numberChangeHandlers } from './mobile-number';
import { holderOf } from './holder-of';
import { sagaResponse } from './saga-response';

export const sagaHandlers = (
  services: Upstream,
  runs: SagaRuns,
): Pick<Handlers, 'payCard' | 'getCardPayment' | keyof typeof mobileNumberOperations> => ({
  ...numberChangeHandlers(services, runs),
  payCard: async ({ body, ...call }) => {
    const paymentId = operationIdFrom('card-payment', call.key);
    const customerId = customerScopeOf(call.actor);
    // A teller may pay from any account, so operators find the saga by its holder.
    const holder = customerId ?? (await holderOf(services, body.fromAccount, call));
    const payment = { paymentId, ...body, ...(customerId !== undefined && { customerId }) };
    const outcome = await runs.run(payCardSaga, payment, call, { customerId: holder });
    const location = `/api/card-payments/${paymentId}`;
    return sagaResponse(outcome, { sagaId: paymentId, location, done: { paymentId } });
  },
  getCardPayment: async ({ params: { paymentId }, actor }) => {
    const { customerId, outcome } = await runs.find(payCardSaga, paymentId);
    const scope = customerScopeOf(actor);
    if (scope !== undefined && customerId !== scope) throw notFound(`saga ${paymentId}`);
    const status = outcome.status === 'confirmed' ? 'paid' : outcome.status;
    return ok({ paymentId, status, ...('reason' in outcome && { reason: outcome.reason }) });
  },
});
