import type { OperatorAction } from '@bankside/saga/client';
import type { Actor } from '@bankside/auth';
import type { Handlers } from '../router';
import type { SagaRequests } from '../saga-requests';
import type { ApiResponse } from '../upstream';

type Decision = Readonly<{
  params: Readonly<{ sagaId: string }>;
  body: Readonly<{ step: string }>;
  key: string;
  actor: Actor;
}>;

export const sagaDecisionHandlers = (
  request: SagaRequests,
): Pick<Handlers, 'retrySagaStep' | 'skipSagaStep' | 'abortSaga'> => {
  const decide =
    (action: OperatorAction) =>
    async ({ params, body, key, actor }: Decision): Promise<ApiResponse> => {
      await request(params.sagaId, { ...body, action, key, by: actor.subject });
      return { status: 202, headers: {}, body: {} };
    };
  return { retrySagaStep: decide('retry'), skipSagaStep: decide('skip'), abortSaga: decide('abort') };
};
