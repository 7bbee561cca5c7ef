import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256. */
export const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/** What every sealed text begins with. Stored for ever: another way of sealing gets another number. */
export const SEALED = 'sealed.v1.';

export const newKey = (): Buffer => randomBytes(KEY_BYTES);

/** Encrypts a text. `context` is not kept with it: who opens it must say the same, so that it cannot be put elsewhere. */
export const seal = (key: Buffer, context: string, text: string): string => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return SEALED + sealed.toString('base64url');
};

export const isSealed = (text: string): boolean => text.startsWith(SEALED);

/** @throws Error when it was sealed with another key or for another context, or was changed */
export const unseal = (key: Buffer, context: string, sealed: string): string => {
  const bytes = Buffer.from(sealed.slice(SEALED.length), 'base64url');
  const [iv, tag] = [bytes.subarray(0, IV_BYTES), bytes.subarray(-TAG_BYTES)];
  const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(tag);
  return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
};
