import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { SecretOf } from './secrets';
import type { ServiceSpec } from './services';

const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const signingKey = (service: string, secret: SecretOf): string => secret(`${service}-event-key`, newKey);
const publicKey = (service: string, secret: SecretOf): string =>
  createPublicKey(signingKey(service, secret)).export({ type: 'spki', format: 'pem' }).toString();

/** An owner signs its events; a consumer has the public keys of its sources, so that it cannot sign for them. */
export const eventKeysEnv = (
  { name, eventSourced, subscribes }: ServiceSpec,
  secret: SecretOf,
): Record<string, string> => ({
  ...(eventSourced && { EVENT_SIGNING_KEY: signingKey(name, secret) }),
  ...(subscribes.length > 0 && {
    EVENT_PUBLIC_KEYS: subscribes.map((source) => `${source}=${publicKey(source, secret)}`).join(';'),
  }),
});
