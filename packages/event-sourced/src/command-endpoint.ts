import type { ProblemName } from '@bankside/contracts/problems';
import { CONSISTENCY_TOKEN, keyReused, Problem, rejection } from '@bankside/http';
import type { CommandContext, Outcome, Types } from '@bankside/kernel';
import { annotate, type AttributesOf } from '@bankside/telemetry';
import type { Request, Response } from 'express';
import { commandContext } from './command-context';
import { setCommandOutcome } from './command-metrics';

/** The types of an aggregate whose rejections are problems of the API: a new one does not compile without a status. */
export type HttpTypes = Types & Readonly<{ rejection: ProblemName }>;

/** The response to a successful command. `body` gets its events, of which a command without effect has none. */
export type CommandResponse<E> = Readonly<{
  status: 200 | 201 | 202;
  body: (events: readonly E[], stream: string) => object;
}>;

/** The revision of a resource, for `If-Match`. */
const etagOf = (revision: number): string => `"${revision}"`;

const attributesOf = (outcome: Outcome<HttpTypes, ProblemName>): AttributesOf<'command'> => ({
  'bankside.command.outcome': outcome.status,
  ...(outcome.status === 'rejected' && { 'bankside.rejection': outcome.reason }),
  ...(outcome.status !== 'id-reused' && {
    'bankside.stream': outcome.stream,
    'bankside.revision': outcome.revision,
  }),
});

/** Sends the response to a command: `reply` if it was successful. @throws Problem otherwise */
const replyTo = <T extends HttpTypes>(
  res: Response,
  outcome: Outcome<T, ProblemName>,
  { service, reply }: Readonly<{ service: string; reply: CommandResponse<T['event']> }>,
): void => {
  annotate('command', attributesOf(outcome));
  setCommandOutcome(res, outcome);
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
  const { stream, revision } = outcome;
  res.set(CONSISTENCY_TOKEN, `${service}/${stream}@${revision}`);
  res.set('ETag', etagOf(revision));
  const events = outcome.status === 'accepted' ? outcome.events : [];
  res.status(reply.status).json(reply.body(events, stream));
};

/** Runs a command or use case in the context of a request, and responds with its outcome. */
export const commandEndpoint =
  <T extends HttpTypes>({ service, now }: Readonly<{ service: string; now: () => Date }>) =>
  async (
    req: Request,
    res: Response,
    run: (context: CommandContext) => Promise<Outcome<T, ProblemName>>,
    { status = 200, body = () => ({}) }: Partial<CommandResponse<T['event']>> = {},
  ): Promise<void> =>
    replyTo(res, await run(commandContext(req, now)), { service, reply: { status, body } });
