import { operatorOnly } from '@bankside/auth';
import { streamsQuery } from '@bankside/contracts/http/streams';
import { recentStreams } from '@bankside/feed';
import { parseQuery } from '@bankside/http';
import { Router } from 'express';
import type { Pool } from 'pg';

/** `GET /recent-streams?contains=account-`: the streams of the service, the most recently changed first. */
export const recentStreamRoutes = (pool: Pool): Router => {
  const router = Router();
  router.get('/', operatorOnly, async (req, res) => {
    res.json(await recentStreams(pool, parseQuery(streamsQuery, req.query)));
  });
  return router;
};
