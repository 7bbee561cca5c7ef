import { actorOf } from '@bankside/auth';
import {
  annotateCommand,
  causalContextOf,
  fingerprintOf,
  idempotencyKey,
  CONSISTENCY_TOKEN,
  keyReused,
  Problem,
  rejection,
} from '@bankside/http';
import type { CommandContext, Outcome, Types } from '@bankside/kernel';
import { injectedRejection } from '@bankside/runtime';
import type { Request, Response } from 'express';
import type { ProblemName } from '@bankside/contracts/problems';
import type { AttributesOf } from '@bankside/telemetry';
import { setCommandOutcome } from './command-metrics';

/** An entity tag (RFC 9110, section 8.8.3) with what separates it from the next one in a list. */
const LISTED_TAG = /(W\/)?"([\x21\x23-\x7e]*)"[ \t]*(?:(?:,[ \t]*)+|$)/gy;

/**
 * The revisions in `If-Match` (RFC 9110, section 13.1.1), which the client received as `ETag`. The comparison is strong, so
 * weak tags match nothing, and neither does any other tag that is no revision.
 */
export const expectedRevisions = (header: string | undefined): readonly number[] | 'any' | undefined => {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  return [...header.trim().matchAll(LISTED_TAG)].flatMap(([, weak, opaque = '']) =>
    weak === undefined && /^\d{1,15}$/.test(opaque) ? [Number(opaque)] : [],
  );
};

/** The id, fingerprint, time, actor and cause of the command in a request. */
export const commandContext = (req: Request, now: () => Date): CommandContext => {
  const actor = actorOf(req)?.subject ?? req.get('x-actor'); // Sagas have no token, and name themselves.
  const expected = expectedRevisions(req.get('if-match'));
  const veto = injectedRejection(req);
  return {
    commandId: idempotencyKey(req),
    fingerprint: fingerprintOf(req),
    at: now().toISOString(),
    ...(expected !== undefined && { expectedRevisions: expected }),
    ...(veto && { veto }),
    ...(actor && { actor }),
    ...causalContextOf(req),
  };
};

/** The types of an aggregate whose rejections are problems of the API: a new one does not compile without a status. */
type HttpTypes = Types & Readonly<{ rejection: ProblemName }>;

/** The response to a successful command. `body` gets its events, of which a command without effect has none. */
type CommandResponse<E> = Readonly<{
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
  annotateCommand(res, attributesOf(outcome));
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
