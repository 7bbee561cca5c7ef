import type { RequestHandler } from 'express';
import { Problem } from '@bankside/http';
import { setActor } from './actor';
import { ACTOR_HEADER, type ActorVerifier } from './actor-token';

/** Set by the sidecar of the caller. */
const CALLER_APP_HEADER = 'dapr-caller-app-id';
/** Everything it asks for is asked by somebody. */
const GATEWAY = 'gateway';

const unknownActor = (detail: string): Problem => new Problem({ name: 'unknown-actor', status: 401, detail });

/**
 * Tells the routes who asks. Parts of the system ask without an actor: which of them may ask for what, Dapr's
 * access-control lists say. Whatever comes from outside does so through the gateway, which always names one.
 */
export const knowActor =
  (verify: ActorVerifier): RequestHandler =>
  async (req, _res, next) => {
    const token = req.get(ACTOR_HEADER);
    if (token === undefined) {
      if (req.get(CALLER_APP_HEADER) === GATEWAY) throw unknownActor('The gateway did not say who asks.');
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
