import type { ProblemName } from '@bankside/contracts/problems';
import type { Outcome, Types } from '@bankside/kernel';
import type { Response } from 'express';
import { CONSISTENCY_TOKEN, keyReused, Problem, rejection } from '@bankside/http';

/** The types of an aggregate whose rejections can be answered as problems. */
export type HttpTypes = Types & Readonly<{ rejection: ProblemName }>;

export type Reply<E> = Readonly<{ status: 200 | 201 | 202; body: (events: readonly E[]) => object }>;

/** The version of what a stream is about, for `If-Match`. */
const etagOf = (revision: number): string => `"${revision}"`;

/** Sends the response to a command: `reply` if it was accepted. @throws Problem if it was rejected */
export const replyTo = <T extends HttpTypes>(
  res: Response,
  outcome: Outcome<T>,
  { service, reply }: Readonly<{ service: string; reply: Reply<T['event']> }>,
): void => {
  if (outcome.status === 'id-reused') throw keyReused();
  if (outcome.status === 'revision-differs') {
    res.set('ETag', etagOf(outcome.revision));
    throw new Problem({
      name: 'changed-meanwhile',
      detail: 'This was changed since you read it. Read it again.',
    });
  }
  if (outcome.repeated || outcome.status === 'unchanged') res.set('Idempotent-Replayed', 'true');
  if (outcome.status === 'rejected') throw rejection(outcome.reason);
  res.set(CONSISTENCY_TOKEN, `${service}/${outcome.stream}@${outcome.revision}`);
  res.set('ETag', etagOf(outcome.revision));
  res.status(reply.status).json(reply.body(outcome.status === 'unchanged' ? [] : outcome.events));
};
