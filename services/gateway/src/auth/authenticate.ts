import { Outage } from '@bankside/dapr';
import { actorSchema, recent, type Actor } from '@bankside/auth';
import { Problem } from '@bankside/http';
import type { Request, Response } from 'express';
import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import type { Issuer } from './issuer';

/** Tokens that are remembered as good; checking a signature costs more than all else the gateway does. */
const REMEMBERED = 10_000;
/** After this a token is checked anew, so that one of a key that was withdrawn does not stay good to its end. */
const REMEMBERED_MS = 600_000;
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

/** Roles of others than us are none of our business. */
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

/** Whether a token could not be checked, as opposed to being bad. */
const isOutage = (error: unknown): boolean =>
  error instanceof errors.JOSEError
    ? error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC'
    : !(error instanceof z.ZodError);

/** Says who makes a request, from its bearer token. @throws Problem 401 without a good one, Outage when it cannot be told */
export const authenticator = (issuers: readonly Issuer[], now: () => number = Date.now) => {
  const byName = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  const known = recent<Actor>(REMEMBERED);

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
    known.set(token, who, Math.min(payload.exp! * 1_000, now() + REMEMBERED_MS));
    return who;
  };

  return async (req: Request, res: Response): Promise<Actor> => {
    const [, token] = /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '') ?? [];
    if (token === undefined) throw unauthenticated(res, 'Send a bearer token in the header Authorization.');
    const remembered = known.get(token, now());
    if (remembered !== undefined) return remembered;
    const who = await verify(token).catch((error: unknown) => {
      if (isOutage(error)) throw new Outage('The issuer of the token does not answer.', { cause: error });
      return undefined;
    });
    if (who === undefined) throw unauthenticated(res, 'The bearer token is not valid, or not any more.');
    return who;
  };
};
export type Authenticate = ReturnType<typeof authenticator>;
