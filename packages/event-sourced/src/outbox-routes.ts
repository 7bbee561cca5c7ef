import { operatorOnly } from '@bankside/auth';
import type { OutboxResponse } from '@bankside/contracts/http';
import { Outage } from '@bankside/dapr';
import type { Relay } from '@bankside/feed';
import { Router } from 'express';

/** `GET /outbox`: how far the relay is, from the database, so that every replica gives the same figures. @throws Outage until the service has started */
export const outboxRoutes = (relay: () => Relay | undefined): Router => {
  const router = Router();
  router.get('/', operatorOnly, async (_req, res) => {
    const running = relay();
    if (running === undefined) throw new Outage('The relay has not started yet.');
    const stats = await running.stats();
    res.json({
      partitions: stats.map(({ partition, commits, head, published, outboxDepth, oldestSeconds }) => ({
        partition,
        commits,
        events: head,
        published,
        waiting: outboxDepth,
        oldestSeconds,
      })),
    } satisfies OutboxResponse);
  });
  return router;
};
