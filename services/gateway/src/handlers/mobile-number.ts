import { setTimeout } from 'node:timers/promises';
import type { mobileNumberOperations } from '@bankside/contracts/http';
import { changeMobileNumberSaga } from '@bankside/contracts/sagas';
import { pathOf } from '@bankside/dapr';
import { isOutage } from '@bankside/std';
import { operationIdFrom } from '@bankside/std/ids';
import type { RequestContext } from '../request-context';
import type { Handlers } from '../router';
import type { SagaOutcome, SagaRuns } from '../saga-runs';
import type { ApiResponse, Upstream } from '../upstream';
import { sagaResponse } from './saga-response';

type Ids = keyof typeof mobileNumberOperations;

/** Delays between polls of the owner; each is twice the previous one, up to the maximum. */
const FIRST_POLL_MS = 10;
const MAX_POLL_MS = 320;

type Progress = Readonly<{ status: 'requested' | 'open' | 'settled' | 'rolled-back'; reason?: string }>;
type Change = Readonly<{ customerId: string; changeId: string; mobileNumber: string }>;
type KeyedCall = RequestContext & Readonly<{ key: string }>;

const outcomeOf = ({ status, reason }: Progress): SagaOutcome => {
  if (status === 'settled') return { status: 'confirmed' };
  if (status !== 'rolled-back') return { status: 'running' };
  return reason === undefined ? { status: 'failed' } : { status: 'rejected', reason };
};

const locationOf = ({ customerId, changeId }: Omit<Change, 'mobileNumber'>): string =>
  `/api/customers/${customerId}/mobile-number/${changeId}`;

const at = (customerId: string, ...rest: readonly string[]): string =>
  pathOf('customers', customerId, 'mobile-number', ...rest);

/**
 * Runs a saga that calls each service. Only the owner receives the number, because the input of a saga stays in its
 * history. The owner's consistency token covers everything that follows from the request.
 */
const orchestrated = async (
  { change }: Upstream,
  { run }: SagaRuns,
  call: KeyedCall,
  { customerId, changeId, mobileNumber }: Change,
): Promise<ApiResponse> => {
  const body = { changeId, mobileNumber };
  const requested = await change('POST', 'customers', at(customerId, 'requests'), { ...call, body });
  if (requested.status !== 200) return requested;
  const token = requested.headers['consistency-token'];
  const outcome = await run(changeMobileNumberSaga, { changeId, customerId }, call);
  return sagaResponse(outcome, {
    sagaId: changeId,
    location: locationOf({ customerId, changeId }),
    done: {},
    token,
  });
};

/** Events of customers, accounts, cards and loans carry out the change; its owner, customers, has the outcome. */
const choreographed = async (
  { get, change }: Upstream,
  { waitMs }: SagaRuns,
  call: KeyedCall,
  { customerId, changeId, mobileNumber }: Change,
): Promise<ApiResponse> => {
  const body = { changeId, mobileNumber, style: 'choreography' };
  const begun = await change('POST', 'customers', at(customerId), { ...call, body });
  if (begun.status !== 200) return begun;
  const look = async (): Promise<SagaOutcome> => {
    try {
      const seen = await get('customers', at(customerId, changeId), call);
      return seen.status === 200 ? outcomeOf(seen.body as Progress) : { status: 'running' };
    } catch (error) {
      if (isOutage(error)) return { status: 'running' };
      throw error;
    }
  };
  const deadline = performance.now() + waitMs;
  let end = await look();
  for (let wait = FIRST_POLL_MS; end.status === 'running' && performance.now() + wait < deadline;) {
    await setTimeout(wait);
    wait = Math.min(2 * wait, MAX_POLL_MS);
    end = await look();
  }
  const location = locationOf({ customerId, changeId });
  const token = begun.headers['consistency-token'];
  return sagaResponse(end, { sagaId: changeId, location, done: {}, token });
};

export const numberChangeHandlers = (services: Upstream, runs: SagaRuns): Pick<Handlers, Ids> => ({
  changeMobileNumber: ({ params: { customerId }, body, ...call }) => {
    const changeId = operationIdFrom('number-change', call.key);
    const asked = { customerId, changeId, mobileNumber: body.newMobileNumber };
    const change = body.style === 'choreography' ? choreographed : orchestrated;
    return change(services, runs, call, asked);
  },
  getMobileNumberChange: ({ params: { customerId, changeId }, ...call }) =>
    services.get('customers', at(customerId, changeId), call),
});
