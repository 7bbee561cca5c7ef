import type { UniqueKey } from '@bankside/kernel';

/** Digits of a revision in a key, so that the keys of a stream sort by revision. */
const REVISION_DIGITS = 10;
/** PostgreSQL rejects an index entry of more than a third of a page (2,704 bytes). */
const KEY_BYTES = 2_600;

const PLAIN = /^[\w.-]*$/;

/**
 * Percent-encodes a name, so that different names never make the same key, and keys never contain Dapr's separator `||`. A
 * lone surrogate cannot be stored as UTF-8 and becomes U+FFFD, in keys as in values.
 */
const encoded = (part: string): string =>
  PLAIN.test(part) ? part : encodeURIComponent(Buffer.from(part, 'utf8').toString('utf8'));

const key = (kind: string, ...parts: readonly string[]): string => {
  const name = [kind, ...parts.map(encoded)].join('/');
  if (name.length > KEY_BYTES)
    throw new RangeError(`A key of ${name.length} bytes is too long: ${name.slice(0, 100)}…`);
  return name;
};

// Changing these prefixes would lose stored data.
export const commitKey = (stream: string, revision: number): string =>
  key('s', stream, String(revision).padStart(REVISION_DIGITS, '0'));
export const outcomeKey = (commandId: string): string => key('c', commandId);
export const uniqueKey = ({ index, value }: UniqueKey): string => key('u', index, value);
export const snapshotKey = (stream: string): string => key('n', stream);
