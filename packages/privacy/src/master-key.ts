import { createHmac, hkdfSync } from 'node:crypto';
import { KEY_BYTES, seal, unseal } from './sealing';

/** The operations of a service's master key. It never encrypts personal data itself. */
export type MasterKey = Readonly<{
  wrap: (owner: string, key: Buffer) => string;
  unwrap: (owner: string, wrapped: string) => Buffer;
  /** A keyed digest of a unique value: equal for equal values, and useless without the master key. */
  blind: (index: string, value: string) => string;
}>;

/** @param secret 32 bytes in Base64 @throws Error for any other secret */
export const masterKey = (secret: string): MasterKey => {
  const master = Buffer.from(secret, 'base64');
  if (master.length !== KEY_BYTES) throw new Error(`The master key must be ${KEY_BYTES} bytes in Base64.`);
  // Stored data depends on these names: they must never change.
  const derived = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', master, '', purpose, KEY_BYTES));
  const [wrapping, blinding] = [derived('keys of persons'), derived('unique values')];
  return {
    wrap: (owner, key) => seal(wrapping, owner, key.toString('base64')),
    unwrap: (owner, wrapped) => Buffer.from(unseal(wrapping, owner, wrapped), 'base64'),
    blind: (index, value) =>
      createHmac('sha256', blinding)
        .update(JSON.stringify([index, value]))
        .digest('base64url'),
  };
};
