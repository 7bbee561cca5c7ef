import { actorOf, operatorOnly } from '@bankside/auth';
import { attentionQuery, withReason } from '@bankside/contracts/http/attention';
import { idempotencyKey, notFound, parseBody, parseParams, parseQuery, Problem } from '@bankside/http';
import { onceOnly } from '@bankside/runtime';
import { uuidFrom } from '@bankside/std/ids';
import { Router, type Request } from 'express';
import type { Pool } from 'pg';
import * as z from 'zod';
import type { SagaFinisher } from './finish';
import type { AttentionRegister } from './register';

const itemPath = z.object({ attentionId: z.uuid() });
const sagaPath = z.object({ sagaId: z.string().min(1).max(200) });

const operatorOf = (req: Request): string => actorOf(req)?.subject ?? 'system';

type Options = Readonly<{ pool: Pool; register: AttentionRegister; finisher: SagaFinisher }>;

/** `/attention` and `/sagas`: internal routes, for operators through the gateway. */
export const attentionRoutes = ({
  pool,
  register,
  finisher,
}: Options): Readonly<Record<'/attention' | '/sagas', Router>> => {
  const once = onceOnly(pool);

  const attention = Router();
  attention.use(operatorOnly);
  attention.get('/', async (req, res) => {
    const query = parseQuery(attentionQuery, req.query);
    res.json({ ...(await register.list(query)), ...(await register.counts()) });
  });
  attention.get('/count', async (_req, res) => void res.json(await register.counts()));
  attention.post('/:attentionId/resolve', async (req, res) => {
    const { attentionId } = parseParams(itemPath, req.params);
    const { reason } = parseBody(withReason, req.body);
    await once(req, res, {
      status: 200,
      decide: async (client) => {
        if (await register.resolve(client, attentionId, { by: operatorOf(req), reason })) return undefined;
        const item = await register.find(attentionId);
        return item === undefined
          ? notFound(`item ${attentionId}`)
          : new Problem({ name: 'attention-resolved', detail: `${item.resolvedBy} has resolved it.` });
      },
      respond: async () => (await register.find(attentionId))!,
    });
  });

  const sagas = Router();
  sagas.use(operatorOnly);
  sagas.post('/:sagaId/finish', async (req, res) => {
    const { sagaId } = parseParams(sagaPath, req.params);
    const { reason } = parseBody(withReason, req.body);
    await once(req, res, {
      status: 202,
      decide: () => finisher.check(sagaId),
      respond: async () => {
        const key = uuidFrom(idempotencyKey(req));
        await finisher.finish({ sagaId, key, by: operatorOf(req), reason });
        return {};
      },
    });
  });
  return { '/attention': attention, '/sagas': sagas };
};
