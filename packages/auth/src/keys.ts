import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { createLocalJWKSet, type JWK } from 'jose';

const BLOCK = /-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----/g;

/** Signature algorithms by what a key is: one for each, so that no token can choose a weaker one. */
export const algorithmOf = ({ asymmetricKeyType: type }: KeyObject): 'EdDSA' | 'RS256' => {
  if (type === 'ed25519') return 'EdDSA';
  if (type === 'rsa') return 'RS256';
  throw new Error(`A key must be Ed25519 or RSA, not ${type}.`);
};

/** RFC 7638. Node exports exactly the members that it wants, but in another order. */
const thumbprint = (jwk: JWK): string => {
  const members = Object.entries(jwk).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(members)))
    .digest('base64url');
};

/** The public half of a key or certificate, as JWKS have it. */
export const publicJwk = (pem: string | KeyObject): JWK & Readonly<{ kid: string }> => {
  const key = createPublicKey(pem);
  const jwk = key.export({ format: 'jwk' }) as JWK;
  return { ...jwk, kid: thumbprint(jwk), alg: algorithmOf(key), use: 'sig' };
};

/** The PEM blocks of a text: keys or certificates one after the other, as when they are being rotated. */
export const pemBlocks = (text: string): readonly string[] => text.match(BLOCK) ?? [];

/** Finds the key of a token among these. @throws Error without any key */
export const keySet = (pems: readonly string[]) => {
  if (pems.length === 0) throw new Error('There is no key in PEM format.');
  return createLocalJWKSet({ keys: pems.map((pem) => publicJwk(pem)) });
};
