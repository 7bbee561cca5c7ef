import { customersReadOnly, requireOwner } from '@bankside/auth';
import { commandEndpoint } from '@bankside/event-sourced';
import { notFound, parseBody, parseParams } from '@bankside/http';
import type { CommandHandler } from '@bankside/kernel';
import { Router } from 'express';
import type { GadgetTypes } from '../domain/gadget';
import * as requests from './requests';

export type GadgetDeps = Readonly<{ handler: CommandHandler<GadgetTypes>; now: () => Date }>;

export const gadgetRoutes = ({ handler, now }: GadgetDeps): Router => {
  const router = Router();
  const respond = commandEndpoint<GadgetTypes>({ service: 'gadgets', now });

  router.use(customersReadOnly);

  router.post('/', (req, res) => {
    const data = parseBody(requests.gadget, req.body);
    const { gadgetId } = data;
    return respond(req, res, (context) => handler.handle(gadgetId, { type: 'OpenGadget', data }, context), {
      status: 201,
      body: () => ({ gadgetId }),
    });
  });

  router.get('/:gadgetId', async (req, res) => {
    const { gadgetId } = parseParams(requests.gadgetPath, req.params);
    const { state, revision } = await handler.load(gadgetId);
    if (state.status === 'new') throw notFound(`gadget ${gadgetId}`);
    requireOwner(req, state.customerId);
    res.set('ETag', `"${revision}"`).json(state);
  });
  return router;
};
