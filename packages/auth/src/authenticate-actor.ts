import { Problem } from '@bankside/http';
import type { RequestHandler } from 'express';
import { setActor } from './actor';
import { ACTOR_HEADER, type ActorVerifier } from './actor-token';
import { CALLER_HEADER } from './callers';

/** Always makes its requests on behalf of an actor. */
const GATEWAY = 'gateway';

const unknownActor = (detail: string): Problem => new Problem({ name: 'unknown-actor', detail });

/**
 * Reads the actor of a request from its token. Parts of the system call without one, limited by the allow list of callers;
 * outside requests arrive through the gateway, which always sends one.
 *
 * @throws Problem 401 for an invalid token, or a request of the gateway without one
 */
export const authenticateActor =
  (verify: ActorVerifier): RequestHandler =>
  async (req, _res, next) => {
    const token = req.get(ACTOR_HEADER);
    if (token === undefined) {
      if (req.get(CALLER_HEADER) === GATEWAY) throw unknownActor('The gateway sent no actor token.');
      return next();
    }
    setActor(
      req,
      await verify(token).catch(() => {
        throw unknownActor('The actor token is not valid.');
      }),
    );
    next();
  };
