import type { sagaDecisions } from '@bankside/contracts/http';
import type { Handlers } from '../router';
import type { Decision, Sagas } from '../sagas';
import type { Answer } from '../upstream';

export const sagaDecisionHandlers = (sagas: Sagas): Pick<Handlers, keyof typeof sagaDecisions> => {
  const decide = async (
    decision: Decision,
    sagaId: string,
    request: Readonly<{ step: string; by: string }>,
  ): Promise<Answer> => ({ status: 202, headers: {}, body: await sagas.decide(sagaId, decision, request) });
  return {
    retrySagaStep: ({ params, body, actor }) =>
      decide('retry', params.sagaId, { ...body, by: actor.subject }),
    skipSagaStep: ({ params, body, actor }) => decide('skip', params.sagaId, { ...body, by: actor.subject }),
    abortSaga: ({ params, body, actor }) => decide('abort', params.sagaId, { ...body, by: actor.subject }),
  };
};
