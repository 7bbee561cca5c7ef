import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod';

/** Asymmetric algorithms of access tokens: a symmetric one would make every verifier an issuer. */
export const tokenAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
export type TokenAlgorithm = (typeof tokenAlgorithms)[number];

/** A trusted issuer of bearer tokens, and the claims that it uses. */
export type Issuer = Readonly<{
  issuer: string;
  audience: string;
  keys: JWTVerifyGetKey;
  /** Algorithms that its tokens may be signed with. */
  algorithms: readonly TokenAlgorithm[];
  /** Name of the claim, or its path with dots between nested claims, as in `realm_access.roles`. */
  rolesClaim: string;
  customerClaim: string;
}>;

const TIMEOUT_MS = 3_000;
/** Minimum time between requests for an unknown key, so that forged tokens do not load the issuer. */
const COOLDOWN_MS = 5_000;
/** How long a revoked key is still trusted; cached tokens that it signed stay valid for as long again. */
const KEYS_AGE_MS = 600_000;

/** The issuer's keys cannot be fetched, so no token can be verified. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}

const unavailable =
  (what: string) =>
  (cause: unknown): never => {
    throw cause instanceof IssuerUnavailable ? cause : new IssuerUnavailable(what, { cause });
  };

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

const keysUrl = async (issuer: string): Promise<URL> => {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new IssuerUnavailable(`${url} returned ${response.status}`);
  const document = discovery.parse(await response.json());
  // OpenID Connect Discovery, section 4.3: otherwise another issuer's keys would verify tokens of this one.
  if (document.issuer !== issuer)
    throw new IssuerUnavailable(
      `${url} is the document of ${document.issuer}: set OIDC_ISSUER to exactly that, or correct the address`,
    );
  return new URL(document.jwks_uri);
};

/** The keys of an OpenID Connect issuer, fetched for the first token and again after a failure. */
export const oidcKeys = (issuer: string): JWTVerifyGetKey => {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    keys ??= keysUrl(issuer).then((url) =>
      createRemoteJWKSet(url, {
        [customFetch]: (address, options) =>
          fetch(address, options).catch((error: unknown) => {
            if ((error as Error).name === 'TimeoutError') throw error; // Known to `jose`.
            return unavailable(`${address} does not respond`)(error);
          }),
        timeoutDuration: TIMEOUT_MS,
        cooldownDuration: COOLDOWN_MS,
        cacheMaxAge: KEYS_AGE_MS,
      }),
    );
    const found = await keys.catch((error: unknown) => {
      keys = undefined;
      return unavailable(`the keys of ${issuer} cannot be found`)(error);
    });
    return found(header, token);
  };
};
