import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { SecretOf } from './secrets';

/** The shortest RSA key that counts as safe. */
const RSA_BITS = 2048;
const GATEWAY = 'gateway';

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const newActorKey = (): string => pem(generateKeyPairSync('ed25519').privateKey);
const newIssuerKey = (): string => pem(generateKeyPairSync('rsa', { modulusLength: RSA_BITS }).privateKey);

/** The gateway signs who the caller is, and the others verify it. The keys outlive the processes, so tokens stay valid. */
export const identityEnv = (service: string, secret: SecretOf): Record<string, string> => {
  const actorKey = secret('actor-key', newActorKey);
  if (service === GATEWAY)
    return {
      ACTOR_PRIVATE_KEY: actorKey,
      DEV_TOKENS: 'enabled',
      RATE_LIMIT: '0', // One machine's own load: the demo and the benchmark call as one caller.
      DEV_ISSUER_KEY: secret('development-issuer-key', newIssuerKey),
    };
  return { ACTOR_PUBLIC_KEYS: createPublicKey(actorKey).export({ type: 'spki', format: 'pem' }).toString() };
};
