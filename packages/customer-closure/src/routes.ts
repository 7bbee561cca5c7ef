import { tellerOnly } from '@bankside/auth';
import { customerId, id } from '@bankside/contracts';
import type { ProblemName } from '@bankside/contracts/problems';
import { commandContext, commandEndpoint } from '@bankside/event-sourced';
import { keyReused, parseBody, parseParams, rejection } from '@bankside/http';
import { decideOnce, type CommandHandler, type EventStore } from '@bankside/kernel';
import { Router, type Request, type Response } from 'express';
import * as z from 'zod';
import type { CustomerBlockTypes } from './customer-block';
import type { HoldingsClosure, Holdings } from './holdings';

const closurePath = z.object({ closureId: id });
const ofCustomer = z.strictObject({ customerId });
const closing = z.strictObject({ customerId, forced: z.boolean() });

const blockCommands = { block: 'BlockCustomer', unblock: 'UnblockCustomer' } as const;

type ClosureRouteDeps = Readonly<{
  service: string;
  store: EventStore;
  blocks: CommandHandler<CustomerBlockTypes>;
  holdings: Holdings<ProblemName>;
  now: () => Date;
}>;

/**
 * The steps of the saga `close-customer` in one service. A customer is blocked before the holdings are closed, so that
 * nothing new is opened in between.
 */
export const closureRoutes = ({ service, store, blocks, holdings, now }: ClosureRouteDeps): Router => {
  const router = Router();
  const respond = commandEndpoint<CustomerBlockTypes>({ service, now });
  const closureIdOf = (req: Request): string => parseParams(closurePath, req.params).closureId;

  router.use(tellerOnly);

  for (const [path, type] of Object.entries(blockCommands))
    router.post(`/:closureId/${path}`, (req, res) => {
      const data = { ...parseBody(ofCustomer, req.body), closureId: closureIdOf(req) };
      return respond(req, res, (context) => blocks.handle(data.customerId, { type, data }, context));
    });

  const closeOnce = async (req: Request, res: Response, closure: HoldingsClosure): Promise<void> => {
    const context = commandContext(req, now);
    const subject = `closure of ${closure.customerId}`;
    const decision = await decideOnce(store, subject, context, () => holdings.close(closure, context));
    if (decision.status === 'id-reused') throw keyReused();
    if (decision.repeated) res.set('Idempotent-Replayed', 'true');
    if (decision.status === 'rejected') throw rejection(decision.reason, 409);
    res.json({});
  };

  router.post('/:closureId/close', (req, res) =>
    closeOnce(req, res, { ...parseBody(closing, req.body), closureId: closureIdOf(req) }),
  );

  /** Its commands are idempotent, so it is not recorded. */
  router.post('/:closureId/reopen', async (req, res) => {
    const closure = { ...parseBody(ofCustomer, req.body), closureId: closureIdOf(req) };
    await holdings.reopen(closure, commandContext(req, now));
    res.json({});
  });
  return router;
};
