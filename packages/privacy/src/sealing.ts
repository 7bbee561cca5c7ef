import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256. */
export const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/** The prefix of every sealed text. Stored: another format needs another number. */
export const SEALED = 'sealed.v1.';

export const newKey = (): Buffer => randomBytes(KEY_BYTES);

/** Encrypts a text. `context` is authenticated but not stored, so that a sealed text cannot be moved to another place. */
export const seal = (key: Buffer, context: string, text: string): string => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return SEALED + sealed.toString('base64url');
};

export const isSealed = (text: string): boolean => text.startsWith(SEALED);

/** @throws Error if the text was changed, or sealed with another key or context */
export const unseal = (key: Buffer, context: string, sealed: string): string => {
  const bytes = Buffer.from(sealed.slice(SEALED.length), 'base64url');
  const [iv, tag] = [bytes.subarray(0, IV_BYTES), bytes.subarray(-TAG_BYTES)];
  const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(tag);
  return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
};
