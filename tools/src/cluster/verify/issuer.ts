import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const ALGORITHM = 'RS256';
const KEY_ID = 'verification';
const VALID = '1h';

/** An OpenID Connect issuer whose documents are files, and whose tokens this process signs. */
export const newIssuer = async (url: string, audience: string) => {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: KEY_ID, use: 'sig' };
  return {
    /** Contents by path. */
    documents: {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: new URL('/keys', url).href },
      '/keys': { keys: [key] },
    },
    token: (roles: readonly string[]): Promise<string> =>
      new SignJWT({ roles })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt', kid: KEY_ID })
        .setIssuer(url)
        .setAudience(audience)
        .setSubject('verification')
        .setIssuedAt()
        .setExpirationTime(VALID)
        .sign(privateKey),
  };
};
