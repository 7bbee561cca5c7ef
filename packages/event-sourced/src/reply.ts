import type { Outcome, Types } from '@bankside/kernel';
import type { Response } from 'express';
import { CONSISTENCY_TOKEN, keyReused, Problem, rejection } from '@bankside/http';

export type Reply<E> = Readonly<{ status: 200 | 201 | 202; body: (events: readonly E[]) => object }>;

/** The version of what a stream is about, for `If-Match`. */
const etagOf = (revision: number): string => `"${revision}"`;

/** Answers a command: what was accepted with `reply`, a rejection with the status that the service gave it. */
export const replyTo = <T extends Types>(
  res: Response,
  outcome: Outcome<T>,
  {
    service,
    statusOf,
    reply,
  }: Readonly<{
    service: string;
    statusOf: Readonly<Record<T['rejection'], number>>;
    reply: Reply<T['event']>;
  }>,
): void => {
  if (outcome.status === 'id-reused') throw keyReused();
  if (outcome.status === 'revision-differs') {
    res.set('ETag', etagOf(outcome.revision));
    throw new Problem({
      name: 'changed-meanwhile',
      status: 412,
      detail: 'This was changed since you read it. Read it again.',
    });
  }
  if (outcome.repeated || outcome.status === 'unchanged') res.set('Idempotent-Replayed', 'true');
  if (outcome.status === 'rejected') throw rejection(outcome.reason, statusOf[outcome.reason]);
  res.set(CONSISTENCY_TOKEN, `${service}/${outcome.stream}@${outcome.revision}`);
  res.set('ETag', etagOf(outcome.revision));
  res.status(reply.status).json(reply.body(outcome.status === 'unchanged' ? [] : outcome.events));
};
