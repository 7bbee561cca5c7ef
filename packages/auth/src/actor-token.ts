import { createPrivateKey } from 'node:crypto';
import { expiringCache } from '@bankside/std/expiring-cache';
import { jwtVerify, SignJWT } from 'jose';
import { actorSchema, type Actor } from './actor';
import { algorithmOf, keySet, pemBlocks, publicJwk } from './keys';

/** Carries the signed actor from the gateway to the services. */
export const ACTOR_HEADER = 'x-actor-token';

const ISSUER = 'gateway';
const AUDIENCE = 'services';
/** Long enough to be reused for many requests of an actor, short enough to be worth little when it leaks. */
const LIFETIME_S = 120;
/** How long a token is reused. Well below its lifetime, so that it does not expire in transit. */
const REUSED_MS = 60_000;
/** Actors whose tokens are cached. */
const CACHED_ACTORS = 10_000;

/** Signs actor tokens. A token is reused for the requests of the same actor for a minute. */
export const actorSigner = (privateKeyPem: string, now: () => number = Date.now) => {
  const key = createPrivateKey(privateKeyPem);
  const { kid } = publicJwk(key);
  const signed = expiringCache<Promise<string>>(CACHED_ACTORS);

  const sign = ({ subject, roles, customerId }: Actor): Promise<string> => {
    const issuedAt = Math.floor(now() / 1_000);
    return new SignJWT({ roles, ...(customerId !== undefined && { customerId }) })
      .setProtectedHeader({ alg: algorithmOf(key), kid })
      .setSubject(subject)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFETIME_S)
      .sign(key);
  };

  return (who: Actor): Promise<string> => {
    const id = JSON.stringify([who.subject, who.roles, who.customerId]);
    const known = signed.get(id, now());
    if (known !== undefined) return known;
    const token = sign(who);
    signed.set(id, token, now() + REUSED_MS);
    return token;
  };
};

export type ActorVerifier = (token: string) => Promise<Actor>;

/** Verifies actor tokens. `publicKeysPem`: public keys or certificates, several while keys are rotated. */
export const actorVerifier = (publicKeysPem: string, now: () => number = Date.now): ActorVerifier => {
  const keys = keySet(pemBlocks(publicKeysPem));
  const verified = expiringCache<Actor>(CACHED_ACTORS);
  return async (token) => {
    const known = verified.get(token, now());
    if (known !== undefined) return known;
    const { payload } = await jwtVerify(token, keys, {
      issuer: ISSUER,
      audience: AUDIENCE,
      currentDate: new Date(now()),
      requiredClaims: ['sub', 'exp'],
    });
    const who = actorSchema.parse({ ...payload, subject: payload.sub });
    verified.set(token, who, payload.exp! * 1_000);
    return who;
  };
};
