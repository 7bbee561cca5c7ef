import { staffOnly } from '@bankside/auth';
import { Outage, type SignHead } from '@bankside/dapr';
import { feedHandler, type OwnedFeed } from '@bankside/feed';
import { Router } from 'express';
import type { PersonalData } from './service-store';

/** `GET /feed`: pages of the service's events, with personal data decrypted. @throws Outage until the service has started */
export const feedRoutes = (
  feed: OwnedFeed,
  sign: SignHead,
  { decrypt }: PersonalData,
  hasStarted: () => boolean,
): Router => {
  const handle = feedHandler(feed, sign);
  const router = Router();
  router.get('/', staffOnly, async (req, res) => {
    if (!hasStarted()) throw new Outage('The feed is not open yet.');
    const { status, body } = await handle(req.query);
    res
      .status(status)
      .type(status === 200 ? 'application/json' : 'application/problem+json')
      .send(status === 200 ? await decrypt(body) : body);
  });
  return router;
};
