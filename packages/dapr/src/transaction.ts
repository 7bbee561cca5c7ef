import { type UniqueKey, VersionConflict, type Append } from '@bankside/kernel';
import { Outage } from './outage';
import type { SidecarResponse } from './sidecar-http';

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

/** How long the outcome of a command is stored. A later repeat is recognized by the rules of the decider only. */
export const OUTCOME_TTL_SECONDS = 7 * 24 * 60 * 60;

/** One write to one key, as Dapr's JSON. */
type Operation = Readonly<{ key: string; json: string }>;

/** An append as it is sent. `keys` are all keys that it leaves written or deleted. */
export type Write = Readonly<{ keys: readonly string[]; operations: readonly Operation[]; bytes: number }>;

/** With `first-write` and no ETag Dapr inserts a key, and fails if it exists. An expired row counts as absent. */
const insert = (key: string, value: unknown, metadata?: Readonly<Record<string, string>>): Operation => ({
  key,
  json: JSON.stringify({
    operation: 'upsert',
    request: { key, value, options: { concurrency: 'first-write' }, ...(metadata && { metadata }) },
  }),
});

const remove = (key: string): Operation => ({
  key,
  json: JSON.stringify({ operation: 'delete', request: { key } }),
});

export const writeOf = (
  { commandId, outcome, commit, claims = [], releases = [], absent = [] }: Append,
  outcomeTtlSeconds = OUTCOME_TTL_SECONDS,
): Write => {
  const checks = absent.flatMap((key) => [insert(uniqueKey(key), null), remove(uniqueKey(key))]);
  const operations = [
    ...(commit ? [insert(commitKey(commit.stream, commit.revision), commit)] : []),
    insert(outcomeKey(commandId), outcome, { ttlInSeconds: String(outcomeTtlSeconds) }),
    // Before the claims: one append may release a value and claim it again.
    ...releases.map((release) => remove(uniqueKey(release))),
    ...claims.map((claim) => insert(uniqueKey(claim), claim.owner ?? outcome.stream)),
  ];
  return {
    keys: [...new Set(operations.map(({ key }) => key))],
    // An insert fails if the key exists. Its delete leaves no trace, so checks of one key may share a transaction.
    operations: [...operations, ...checks],
    bytes: [...operations, ...checks].reduce((sum, { json }) => sum + json.length, 0),
  };
};

const byKey = (one: Operation, other: Operation): number =>
  one.key < other.key ? -1 : Number(one.key > other.key);

/** Sorted by key, so that transactions that share several keys wait for each other instead of deadlocking. */
export const transactionBody = (writes: readonly Write[]): string =>
  `{"operations":[${writes
    .flatMap(({ operations }) => operations)
    .sort(byKey) // Stable: the operations on one key keep their order.
    .map(({ json }) => json)
    .join(',')}]}`;

/** The error of `state.postgresql` when an insert-if-absent finds its key. Dapr responds with a plain 500. */
const CONFLICT = /no item was updated|possible etag mismatch/;

/** @throws VersionConflict if a key existed, Outage for any other failure */
export const assertCommitted = ({ status, text }: SidecarResponse): void => {
  if (status >= 200 && status < 300) return;
  if (status === 500 && CONFLICT.test(text)) throw new VersionConflict(text);
  throw new Outage(`The state transaction failed with ${status}: ${text}`);
};
