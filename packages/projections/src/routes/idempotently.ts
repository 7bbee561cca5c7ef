import { fingerprintOf, idempotencyKey, keyReused, type Problem } from '@bankside/http';
import type { Request, Response } from 'express';
import type { PoolClient } from 'pg';
import type { OperatorRequests } from '../operator-requests';

export type Change = Readonly<{
  status: 200 | 202;
  /** The change itself, in a transaction with its key. @returns false when it is refused */
  decide: (client: PoolClient) => Promise<boolean>;
  refusal: () => Problem;
  /** May do again what follows from the change: it is asked for until it has answered once. */
  answer: () => Promise<object>;
}>;

/** A change that happens once for each key, however often it is asked for. */
export const idempotently =
  (requests: OperatorRequests) =>
  async (req: Request, res: Response, { status, decide, refusal, answer }: Change): Promise<void> => {
    const asked = { key: idempotencyKey(req), fingerprint: fingerprintOf(req) };
    const decided = await requests.once(asked, decide);
    if (decided === undefined) throw keyReused();
    if (decided.repeated) res.set('Idempotent-Replayed', 'true');
    if (!decided.done) throw refusal();
    const text = decided.answer ?? JSON.stringify(await answer());
    if (decided.answer === null) await requests.answered(asked.key, text);
    res.status(status).type('application/json').send(text);
  };
