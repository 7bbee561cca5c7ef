import type { sagaOperations } from '@bankside/contracts/http';
import { CHANGE_MOBILE_NUMBER, changeMobileNumberStart } from '@bankside/change-mobile-number/start';
import { pathOf } from '@bankside/dapr';
import { PAY_CARD, payCardStart } from '@bankside/pay-card/start';
import { customerBound, Problem, uuidFrom } from '@bankside/service';
import type { Handlers } from '../router';
import type { SagaEnd, SagaRuns } from '../saga-runs';
import { ok, type Answer, type Upstream } from '../upstream';

const refused = (name: string, detail: string): Problem => new Problem({ name, status: 409, detail });

/** The public answer to how a saga ended. */
const answerOf = (end: SagaEnd, sagaId: string, done: object): Answer => {
  switch (end.status) {
    case 'confirmed':
      return ok(done);
    case 'running':
      return { status: 202, headers: { location: `/api/sagas/${sagaId}` }, body: { sagaId } };
    case 'rejected':
      throw end.reason === 'unavailable'
        ? refused('undone', 'A service did not answer for long, so that all was undone.')
        : refused(end.reason, 'Refused, and all that was done before is undone.');
    case 'failed':
      throw refused('undone', 'It was cancelled or went wrong, and all that was done before is undone.');
  }
};

export const sagaHandlers = (
  { change }: Upstream,
  { run }: SagaRuns,
): Pick<Handlers, keyof typeof sagaOperations> => ({
  changeMobileNumber: async ({ params: { customerId }, body, ...call }) => {
    const changeId = uuidFrom(`number-change/${call.key}`);
    // The number itself goes to its owner only: what a saga is told stays in its history.
    const requested = await change(
      'POST',
      'customers',
      pathOf('customers', customerId, 'mobile-number', 'requests'),
      {
        ...call,
        body: { changeId, mobileNumber: body.newMobileNumber },
      },
    );
    if (requested.status !== 200) return requested;
    const start = changeMobileNumberStart({ changeId, customerId });
    return answerOf(await run(CHANGE_MOBILE_NUMBER, start, call.key), changeId, {});
  },
  payCard: async ({ body, key, actor }) => {
    const paymentId = uuidFrom(`card-payment/${key}`);
    const customerId = customerBound(actor);
    const start = payCardStart({ paymentId, ...body, ...(customerId !== undefined && { customerId }) });
    return answerOf(await run(PAY_CARD, start, key), paymentId, { paymentId });
  },
});
