import { Problem } from '@bankside/http';
import type { RequestHandler } from 'express';
import { setActor } from './actor';
import { ACTOR_HEADER, type ActorVerifier } from './actor-token';

/**
 * Reads the actor of a request from its token. A request without one is made by a service in its own name, which
 * `requireAllowedCall` admits for the system calls of the services map only.
 *
 * @throws Problem 401 for an invalid token
 */
export const authenticateActor =
  (verify: ActorVerifier): RequestHandler =>
  async (req, _res, next) => {
    const token = req.get(ACTOR_HEADER);
    if (token !== undefined)
      setActor(
        req,
        await verify(token).catch(() => {
          throw new Problem({
            name: 'unknown-actor',
            detail: 'The actor token is not valid for this service.',
          });
        }),
      );
    next();
  };
