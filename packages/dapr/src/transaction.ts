import { VersionConflict, type Append } from '@bankside/kernel';
import { answerKey, commitKey, uniqueKey } from './keys';
import { Outage } from './outage';
import type { SidecarAnswer } from './sidecar-http';

/** How long a command id is remembered. A repeat that comes later meets the decider's own repeat rule only. */
export const ANSWER_TTL_SECONDS = 7 * 24 * 60 * 60;

/** One write to one key, as the JSON that Dapr takes. */
type Operation = Readonly<{ key: string; json: string }>;

/** An append as it goes over the wire. `keys` are all that it writes. */
export type Write = Readonly<{ keys: readonly string[]; operations: readonly Operation[]; bytes: number }>;

/** With `first-write` and no ETag Dapr inserts, and refuses when the key is there. An expired row counts as absent. */
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
  { commandId, outcome, commit, claims = [], releases = [] }: Append,
  answerTtlSeconds = ANSWER_TTL_SECONDS,
): Write => {
  const operations = [
    ...(commit ? [insert(commitKey(commit.stream, commit.revision), commit)] : []),
    insert(answerKey(commandId), outcome, { ttlInSeconds: String(answerTtlSeconds) }),
    // Before the claims: one event may give a value back and take it again.
    ...releases.map((release) => remove(uniqueKey(release))),
    ...claims.map((claim) => insert(uniqueKey(claim), claim.owner ?? outcome.stream)),
  ];
  return {
    keys: [...new Set(operations.map(({ key }) => key))],
    operations,
    bytes: operations.reduce((sum, { json }) => sum + json.length, 0),
  };
};

const byKey = (one: Operation, other: Operation): number =>
  one.key < other.key ? -1 : Number(one.key > other.key);

/** Sorted by key, so that transactions that meet on several keys wait for each other and never deadlock. */
export const transactionBody = (writes: readonly Write[]): string =>
  `{"operations":[${writes
    .flatMap(({ operations }) => operations)
    .sort(byKey) // Stable: a delete stays before the insert of its key.
    .map(({ json }) => json)
    .join(',')}]}`;

/** What `state.postgresql` says when an insert-if-absent finds its key, which Dapr passes on as a plain 500. */
const CONFLICT = /no item was updated|possible etag mismatch/;

/** @throws VersionConflict when a key was there, Outage for any other failure */
export const assertCommitted = ({ status, text }: SidecarAnswer): void => {
  if (status >= 200 && status < 300) return;
  if (status === 500 && CONFLICT.test(text)) throw new VersionConflict(text);
  throw new Outage(`The state transaction was answered with ${status}: ${text}`);
};
