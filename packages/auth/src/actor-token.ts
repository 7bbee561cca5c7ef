import { createPrivateKey } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { actor, type Actor } from './actor';
import { algorithmOf, keySet, pemBlocks, publicJwk } from './keys';
import { recent } from './recent';

/** Names the actor to a service behind the gateway. */
export const ACTOR_HEADER = 'x-actor-token';

const ISSUER = 'gateway';
const AUDIENCE = 'services';
/** Long enough to be used for many calls of one caller, short enough to be worth little when it leaks. */
const LIFETIME_S = 120;
/** A token is used this long, so that it does not end on its way. */
const REUSED_MS = 60_000;
/** Callers whose tokens are remembered. */
const REMEMBERED = 10_000;

/** Signs who asks. One signature serves the calls of one caller for a minute. */
export const actorSigner = (privateKeyPem: string, now: () => number = Date.now) => {
  const key = createPrivateKey(privateKeyPem);
  const { kid } = publicJwk(key);
  const signed = recent<Promise<string>>(REMEMBERED);

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

/** Reads who asks from a token. `publicKeysPem`: public keys or certificates, more than one while they are rotated. */
export const actorVerifier = (publicKeysPem: string, now: () => number = Date.now): ActorVerifier => {
  const keys = keySet(pemBlocks(publicKeysPem));
  const verified = recent<Actor>(REMEMBERED);
  return async (token) => {
    const known = verified.get(token, now());
    if (known !== undefined) return known;
    const { payload } = await jwtVerify(token, keys, {
      issuer: ISSUER,
      audience: AUDIENCE,
      currentDate: new Date(now()),
      requiredClaims: ['sub', 'exp'],
    });
    const who = actor.parse({ ...payload, subject: payload.sub });
    verified.set(token, who, payload.exp! * 1_000);
    return who;
  };
};
