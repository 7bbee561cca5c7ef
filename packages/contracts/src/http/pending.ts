import * as z from 'zod';
import { id } from '../fields';

export const sagaId = id.meta({ description: 'Id of the saga or of the choreographed change' });

/** The response of a call whose saga has not ended within the time that the gateway waits for it. */
export const pending = {
  description: 'Still running. Repeat the request with the same `Idempotency-Key` to wait for the result.',
  schema: z.object({ sagaId }),
};
