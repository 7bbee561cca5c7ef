import { Outage } from '@bankside/dapr';
import { actorSchema, type Actor } from '@bankside/auth';
import { expiringCache } from '@bankside/std/expiring-cache';
import { Problem } from '@bankside/http';
import type { Request, Response } from 'express';
import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import * as z from 'zod';
import { IssuerUnavailable, type Issuer } from './issuer';

/** Valid tokens kept in the cache; verifying a signature is the most expensive work of the gateway. */
const CACHED_TOKENS = 10_000;
/** A cached token is verified again after this time, so that tokens of a revoked key do not stay valid until they expire. */
const CACHED_MS = 600_000;
const CLOCK_TOLERANCE_S = 5;

const unauthenticated = (res: Response, detail: string): Problem => {
  res.set('WWW-Authenticate', 'Bearer');
  return new Problem({ name: 'unauthenticated', detail });
};

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;

/** The claim of exactly this name, which may contain dots, as in `https://bank.example/roles`; otherwise the nested claim. */
const claim = (payload: JWTPayload, name: string): unknown =>
  member(payload, name) ?? name.split('.').reduce<unknown>(member, payload);

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

/** Types of JWTs that issuers use for access tokens (RFC 9068, and the generic type of issuers that do not follow it). */
const ACCESS_TOKEN_TYPES = ['at+jwt', 'application/at+jwt', 'jwt'];
/** Claims that only ID tokens (OpenID Connect Core, sections 2 and 3.3.2.11) and logout or security event tokens have. */
const OTHER_TOKENS_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'];
/** Claims by which some issuers state what a token is for: Keycloak by `typ`, Cognito by `token_use`. */
const STATED_USES: Readonly<Record<string, readonly string[]>> = {
  typ: ['bearer', 'dpop'],
  token_use: ['access'],
};

/** Whether the token was issued for calling an API, and not as the ID token or logout token of a client. */
const isAccessToken = (payload: JWTPayload, type: string | undefined): boolean => {
  if (type !== undefined && !ACCESS_TOKEN_TYPES.includes(type.toLowerCase())) return false;
  if (OTHER_TOKENS_CLAIMS.some((name) => Object.hasOwn(payload, name))) return false;
  return Object.entries(STATED_USES).every(([name, uses]) => {
    const use = payload[name];
    return use === undefined || (typeof use === 'string' && uses.includes(use.toLowerCase()));
  });
};

const issuerOf = (token: string): string | undefined => {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
};

/**
 * Whether the token could not be verified because the issuer's keys could not be fetched. Every other error means that the
 * token is invalid, also one about its key: too weak, or of a kind that the algorithm cannot use.
 */
const isOutage = (error: unknown): boolean =>
  error instanceof IssuerUnavailable ||
  error instanceof errors.JWKSTimeout ||
  (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC');

/** Reads the actor of a request from its bearer token. @throws Problem 401 without a valid one, Outage when it cannot be verified */
export const authenticator = (issuers: readonly Issuer[], now: () => number = Date.now) => {
  const byName = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  const known = expiringCache<Actor>(CACHED_TOKENS);

  const verify = async (token: string): Promise<Actor | undefined> => {
    const issuer = byName.get(issuerOf(token) ?? '');
    if (issuer === undefined) return undefined;
    const { payload, protectedHeader } = await jwtVerify(token, issuer.keys, {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: [...issuer.algorithms],
      requiredClaims: ['sub', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(now()),
    });
    if (!isAccessToken(payload, protectedHeader.typ)) return undefined;
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
