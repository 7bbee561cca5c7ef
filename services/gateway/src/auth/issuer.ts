import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';

/** A trusted issuer of bearer tokens, and the claims that it uses. */
export type Issuer = Readonly<{
  issuer: string;
  audience: string;
  keys: JWTVerifyGetKey;
  /** Path of the claim; dots separate nested claims, as in `realm_access.roles`. */
  rolesClaim: string;
  customerClaim: string;
}>;

const TIMEOUT_MS = 3_000;
/** Minimum time between requests for an unknown key, so that forged tokens do not load the issuer. */
const COOLDOWN_MS = 5_000;
/** How long a revoked key is still trusted; cached tokens that it signed stay valid for as long again. */
const KEYS_AGE_MS = 600_000;

const keysUrl = async (issuer: string): Promise<URL> => {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} returned ${response.status}`);
  const { jwks_uri: uri } = (await response.json()) as { jwks_uri?: unknown };
  if (typeof uri !== 'string') throw new Error(`${url} has no jwks_uri`);
  return new URL(uri);
};

/** The keys of an OpenID Connect issuer, fetched for the first token and again after a failure. */
export const oidcKeys = (issuer: string): JWTVerifyGetKey => {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    keys ??= keysUrl(issuer).then((url) =>
      createRemoteJWKSet(url, {
        timeoutDuration: TIMEOUT_MS,
        cooldownDuration: COOLDOWN_MS,
        cacheMaxAge: KEYS_AGE_MS,
      }),
    );
    const found = await keys.catch((error: unknown) => {
      keys = undefined;
      throw error;
    });
    return found(header, token);
  };
};
