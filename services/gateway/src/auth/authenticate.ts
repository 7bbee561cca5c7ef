import { Outage } from '@bankside/dapr';
import { actorSchema, type Actor } from '@bankside/auth';
import { expiringCache } from '@bankside/std/expiring-cache';
import { Problem } from '@bankside/http';
import type { Request, Response } from 'express';
import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import type { Issuer } from './issuer';

/** Valid tokens kept in the cache; verifying a signature is the most expensive work of the gateway. */
const CACHED_TOKENS = 10_000;
/** A cached token is verified again after this time, so that tokens of a revoked key do not stay valid until they expire. */
const CACHED_MS = 600_000;
const CLOCK_TOLERANCE_S = 5;

const unauthenticated = (res: Response, detail: string): Problem => {
  res.set('WWW-Authenticate', 'Bearer');
  return new Problem({ name: 'unauthenticated', detail });
};

const claim = (payload: JWTPayload, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      payload,
    );

/** Ignores roles of other systems. */
const rolesOf = (value: unknown): unknown =>
  (Array.isArray(value) ? value : [value]).filter(
    (role) => actorSchema.shape.roles.unwrap().element.safeParse(role).success,
  );

const actorFrom = (payload: JWTPayload, { rolesClaim, customerClaim }: Issuer): Actor => {
  const customerId = z.string().safeParse(claim(payload, customerClaim)).data;
  return actorSchema.parse({
    subject: payload.sub,
    roles: rolesOf(claim(payload, rolesClaim)),
    ...(customerId !== undefined && { customerId }),
  });
};

const issuerOf = (token: string): string | undefined => {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
};

/** Whether the token could not be verified, as opposed to being invalid. */
const isOutage = (error: unknown): boolean =>
  error instanceof errors.JOSEError
    ? error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC'
    : !(error instanceof z.ZodError);

/** Reads the actor of a request from its bearer token. @throws Problem 401 without a valid one, Outage when it cannot be verified */
export const authenticator = (issuers: readonly Issuer[], now: () => number = Date.now) => {
  const byName = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  const known = expiringCache<Actor>(CACHED_TOKENS);

  const verify = async (token: string): Promise<Actor | undefined> => {
    const issuer = byName.get(issuerOf(token) ?? '');
    if (issuer === undefined) return undefined;
    const { payload } = await jwtVerify(token, issuer.keys, {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: ['RS256'],
      requiredClaims: ['sub', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(now()),
    });
    const who = actorFrom(payload, issuer);
    known.set(token, who, Math.min(payload.exp! * 1_000, now() + CACHED_MS));
    return who;
  };

  return async (req: Request, res: Response): Promise<Actor> => {
    const [, token] = /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '') ?? [];
    if (token === undefined) throw unauthenticated(res, 'Send a bearer token in the header Authorization.');
    const cached = known.get(token, now());
    if (cached !== undefined) return cached;
    const who = await verify(token).catch((error: unknown) => {
      if (isOutage(error)) throw new Outage('The issuer of the token does not respond.', { cause: error });
      return undefined;
    });
    if (who === undefined) throw unauthenticated(res, 'The bearer token is invalid or has expired.');
    return who;
  };
};
export type Authenticate = ReturnType<typeof authenticator>;
