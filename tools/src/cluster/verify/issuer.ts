import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const VALID_SECONDS = 3_600;

/** An OpenID Connect issuer whose documents are files, and whose tokens this process signs. */
export const newIssuer = (url: string, audience: string) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const header = { alg: 'RS256', typ: 'at+jwt', kid: 'verification' };
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    /** Contents by path. */
    documents: {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: new URL('/keys', url).href },
      '/keys': { keys: [{ ...jwk, kid: header.kid, use: 'sig' }] },
    },
    token: (roles: readonly string[]): string => {
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: url,
        aud: audience,
        sub: 'verification',
        roles,
        iat: now,
        exp: now + VALID_SECONDS,
      };
      const signed = `${encoded(header)}.${encoded(claims)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
  };
};
