import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';

/** Whom the gateway believes who somebody is, and how they say it. */
export type Issuer = Readonly<{
  issuer: string;
  audience: string;
  keys: JWTVerifyGetKey;
  /** Claims by name; dots lead inwards, as in `realm_access.roles`. */
  rolesClaim: string;
  customerClaim: string;
}>;

const TIMEOUT_MS = 3_000;
/** A key that is not known is asked for at most this often, so that made-up tokens do not load the issuer. */
const COOLDOWN_MS = 5_000;
/** A key that the issuer has withdrawn is still believed for this long, and tokens that were checked by it as long again. */
const KEYS_AGE_MS = 600_000;

const keysUrl = async (issuer: string): Promise<URL> => {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const { jwks_uri: uri } = (await answer.json()) as { jwks_uri?: unknown };
  if (typeof uri !== 'string') throw new Error(`${url} names no jwks_uri`);
  return new URL(uri);
};

/** Keys of an OpenID Connect issuer. It is asked when the first token comes, and again after it failed. */
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
