import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { liveCursor } from '@bankside/contracts/http';

/** The position of a reader in each feed, by `<source>/<partition>`. */
export type Cursor = ReadonlyMap<string, number>;

const ENTRY = /^([a-z][a-z0-9-]{0,40}\/\d{1,4})=([0-9a-z]{10})$/;
const DIGITS = 10;
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Every position has the same length, so that the length of a cursor does not reveal it. */
const textOf = (cursor: Cursor): string =>
  [...cursor].map(([feed, position]) => `${feed}=${position.toString(36).padStart(DIGITS, '0')}`).join(',');

const cursorIn = (text: string): Cursor =>
  new Map(
    text.split(',').flatMap((entry): [string, number][] => {
      const match = ENTRY.exec(entry);
      return match === null ? [] : [[match[1]!, Number.parseInt(match[2]!, 36)]];
    }),
  );

/**
 * Cursors as readers get them: encrypted, since positions show how much the whole bank does, and different each time. All
 * gateways with the same secret read each other's.
 */
export const cursorCodec = (secret: string) => {
  const key = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  const [cipherKey, idKey] = [key('live cursors'), key('live event ids')];
  return {
    seal: (cursor: Cursor): string => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, cipherKey, iv);
      const text = Buffer.concat([cipher.update(textOf(cursor)), cipher.final()]);
      return Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64url');
    },
    /** Undefined if the text is not a cursor. */
    open: (text: string): Cursor | undefined => {
      if (!liveCursor.safeParse(text).success) return undefined;
      const bytes = Buffer.from(text, 'base64url');
      try {
        const decipher = createDecipheriv(CIPHER, cipherKey, bytes.subarray(0, IV_BYTES));
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
        const inner = bytes.subarray(IV_BYTES, -TAG_BYTES);
        return cursorIn(Buffer.concat([decipher.update(inner), decipher.final()]).toString());
      } catch {
        return undefined;
      }
    },
    /** A name of an event that shows no position, the same each time. */
    eventId: (id: string): string => createHmac('sha256', idKey).update(id).digest('base64url'),
  };
};
export type CursorCodec = ReturnType<typeof cursorCodec>;
