import type { sagaOperations } from '@bankside/contracts/http';
import { PAY_CARD, payCardStart } from '@bankside/pay-card/start';
import { customerBound, uuidFrom } from '@bankside/service';
import type { Handlers } from '../router';
import type { SagaRuns } from '../saga-runs';
import type { Upstream } from '../upstream';
import { numberChangeHandlers } from './number-changes';
import { answerOf } from './saga-answer';

export const sagaHandlers = (
  services: Upstream,
  runs: SagaRuns,
): Pick<Handlers, keyof typeof sagaOperations> => ({
  ...numberChangeHandlers(services, runs),
  payCard: async ({ body, key, actor }) => {
    const paymentId = uuidFrom(`card-payment/${key}`);
    const customerId = customerBound(actor);
    const start = payCardStart({ paymentId, ...body, ...(customerId !== undefined && { customerId }) });
    return answerOf(await runs.run(PAY_CARD, start, key), { sagaId: paymentId, done: { paymentId } });
  },
});
