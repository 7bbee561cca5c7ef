import { createPrivateKey } from 'node:crypto';
import { expiringCache } from '@bankside/std/expiring-cache';
import { jwtVerify, SignJWT } from 'jose';
import { actorSchema, type Actor } from './actor';
import { algorithmOf, keySet, pemBlocks, publicJwk } from './keys';

/** Carries the signed actor from the gateway to a service. */
export const ACTOR_HEADER = 'x-actor-token';

const ISSUER = 'gateway';
/** Long enough to be reused for many requests of an actor, short enough to be worth little when it leaks. */
const LIFETIME_S = 120;
/** How long a token is reused. Well below its lifetime, so that it does not expire in transit. */
const REUSED_MS = 60_000;
const CACHED_TOKENS = 20_000;

/** Signs an actor token for one service, its audience. */
export type SignActor = (who: Actor, service: string) => Promise<string>;

/** Signs actor tokens. A token is reused for the requests of the same actor to the same service for a minute. */
export const actorSigner = (privateKeyPem: string, now: () => number = Date.now): SignActor => {
  const key = createPrivateKey(privateKeyPem);
  const { kid } = publicJwk(key);
  const signed = expiringCache<Promise<string>>(CACHED_TOKENS);

  const sign: SignActor = ({ subject, roles, customerId }, service) => {
    const issuedAt = Math.floor(now() / 1_000);
    return new SignJWT({ roles, ...(customerId !== undefined && { customerId }) })
      .setProtectedHeader({ alg: algorithmOf(key), kid })
      .setSubject(subject)
      .setIssuer(ISSUER)
      .setAudience(service)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFETIME_S)
      .sign(key);
  };

  return (who, service) => {
    const id = JSON.stringify([service, who.subject, who.roles, who.customerId]);
    const known = signed.get(id, now());
    if (known !== undefined) return known;
    const token = sign(who, service);
    signed.set(id, token, now() + REUSED_MS);
    return token;
  };
};

export type ActorVerifier = (token: string) => Promise<Actor>;

/**
 * Verifies the actor tokens of one service: a token that another service received is invalid. `publicKeysPem`: public keys
 * or certificates, several while keys are rotated.
 */
export const actorVerifier = (
  publicKeysPem: string,
  service: string,
  now: () => number = Date.now,
): ActorVerifier => {
  const keys = keySet(pemBlocks(publicKeysPem));
  const verified = expiringCache<Actor>(CACHED_TOKENS);
  return async (token) => {
    const known = verified.get(token, now());
    if (known !== undefined) return known;
    const { payload } = await jwtVerify(token, keys, {
      issuer: ISSUER,
      audience: service,
      currentDate: new Date(now()),
      requiredClaims: ['sub', 'exp'],
    });
    const who = actorSchema.parse({ ...payload, subject: payload.sub });
    verified.set(token, who, payload.exp! * 1_000);
    return who;
  };
};
