import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { createLocalJWKSet, type JWK } from 'jose';

const BLOCK = /-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----/g;

/** One signature algorithm per type of key, so that a token cannot choose a weaker one. */
export const algorithmOf = ({ asymmetricKeyType: type }: KeyObject): 'EdDSA' | 'RS256' => {
  if (type === 'ed25519') return 'EdDSA';
  if (type === 'rsa') return 'RS256';
  throw new Error(`A key must be Ed25519 or RSA, not ${type}.`);
};

/** RFC 7638. Node exports exactly the required members, but in another order. */
const thumbprint = (jwk: JWK): string => {
  const members = Object.entries(jwk).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(members)))
    .digest('base64url');
};

/** The public key of a key or certificate, as a JWK. */
export const publicJwk = (pem: string | KeyObject): JWK & Readonly<{ kid: string }> => {
  const key = createPublicKey(pem);
  const jwk = key.export({ format: 'jwk' }) as JWK;
  return { ...jwk, kid: thumbprint(jwk), alg: algorithmOf(key), use: 'sig' };
};

/** The PEM blocks of a text: one key or certificate, or several during rotation. */
export const pemBlocks = (text: string): readonly string[] => text.match(BLOCK) ?? [];

/** A key set in which `jose` finds the key of a token. @throws Error without any key */
export const keySet = (pems: readonly string[]) => {
  if (pems.length === 0) throw new Error('There is no key in PEM format.');
  return createLocalJWKSet({ keys: pems.map((pem) => publicJwk(pem)) });
};
