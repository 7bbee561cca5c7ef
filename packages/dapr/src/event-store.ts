import {
  type UniqueKey,
  VersionConflict,
  type Append,
  type RecordedOutcome,
  type Commit,
  type EventStore,
  type Snapshot,
  type StoredCommit,
} from '@bankside/kernel';
import { Outage } from './outage';
import { type SidecarResponse, sidecarHttp, type SidecarHttp, type SidecarOptions } from './sidecar-http';
import { groupCommit } from './group-commit';
import { keyReader, type Values } from './key-reader';

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
const snapshotKey = (stream: string): string => key('n', stream);
const COMMITS = 's/';
/** Marks a row that the trigger `unpack_rows` unpacks. */
const PACKED = 'b/';
/** The key of a row that always exists. */
const PRESENT = 'present';

/** How long the outcome of a command is stored. A later repeat is recognized by the rules of the decider only. */
export const OUTCOME_TTL_SECONDS = 7 * 24 * 60 * 60;

/** A row to insert if its key is absent. `value` is JSON. An expired row counts as absent. */
type Row = Readonly<{ key: string; value: string; seconds?: number }>;

/** One write to one key, as Dapr's JSON. */
type Operation = Readonly<{ key: string; json: string }>;

/** An append as it is sent. `keys` are all keys that it leaves written or deleted. */
export type Write = Readonly<{
  keys: readonly string[];
  /** Commits and outcomes. */
  rows: readonly Row[];
  /** Writes of unique values. */
  operations: readonly Operation[];
  bytes: number;
}>;

const FIRST_WRITE = ',"options":{"concurrency":"first-write"}';

const upsert = ({ key, value, seconds }: Row, more = ''): Operation => ({
  key,
  json: `{"operation":"upsert","request":{"key":${JSON.stringify(key)},"value":${value}${more}${
    seconds === undefined ? '' : `,"metadata":{"ttlInSeconds":"${seconds}"}`
  }}}`,
});

/** With `first-write` and no ETag Dapr inserts a key, and fails if it exists. */
const insert = (row: Row): Operation => upsert(row, FIRST_WRITE);

const remove = (key: string): Operation => ({
  key,
  json: JSON.stringify({ operation: 'delete', request: { key } }),
});

const rowOf = (key: string, value: unknown, seconds?: number): Row => ({
  key,
  value: JSON.stringify(value),
  ...(seconds !== undefined && { seconds }),
});

const commitRow = ({ stream, revision, ...stored }: Commit): Row =>
  rowOf(commitKey(stream, revision), stored satisfies StoredCommit);

export const writeOf = (
  { commandId, outcome, commit, claims = [], releases = [], absent = [] }: Append,
  outcomeTtlSeconds = OUTCOME_TTL_SECONDS,
): Write => {
  const rows = [
    ...(commit ? [commitRow(commit)] : []),
    rowOf(outcomeKey(commandId), outcome, outcomeTtlSeconds),
  ];
  const uniques = [
    // Before the claims: one append may release a value and claim it again.
    ...releases.map((release) => remove(uniqueKey(release))),
    ...claims.map((claim) => insert(rowOf(uniqueKey(claim), claim.owner ?? outcome.stream))),
  ];
  const checks = absent.flatMap((key) => [insert(rowOf(uniqueKey(key), null)), remove(uniqueKey(key))]);
  return {
    keys: [...new Set([...rows, ...uniques].map(({ key }) => key))],
    rows,
    // An insert fails if the key exists. Its delete leaves no trace, so checks of one key may share a transaction.
    operations: [...uniques, ...checks],
    bytes:
      rows.reduce((sum, { value }) => sum + value.length, 0) +
      [...uniques, ...checks].reduce((sum, { json }) => sum + json.length, 0),
  };
};

/** Several writes as one. */
const together = (writes: readonly Write[]): Write => ({
  keys: writes.flatMap(({ keys }) => keys),
  rows: writes.flatMap(({ rows }) => rows),
  operations: writes.flatMap(({ operations }) => operations),
  bytes: writes.reduce((sum, { bytes }) => sum + bytes, 0),
});

type Keyed = Readonly<{ key: string }>;

const byKey = (one: Keyed, other: Keyed): number => (one.key < other.key ? -1 : Number(one.key > other.key));

const packedRow = ({ key, value, seconds }: Row): string =>
  `{"key":${JSON.stringify(key)},"value":${value}${seconds === undefined ? '' : `,"seconds":${seconds}`}}`;

/**
 * One operation, which the trigger `unpack_rows` of the database unpacks, if the last row is a commit. Outcomes alone have no
 * commit to travel with. Not `first-write`: then a key that exists would not be an error of the statement, which Dapr runs
 * without a transaction of its own if it is the only one. As it is, the statement would replace a commit, which
 * `commits_are_final` rejects.
 */
const insertsOf = (rows: readonly Row[]): readonly Operation[] => {
  const last = rows.at(-1);
  if (!last?.key.startsWith(COMMITS)) return rows.map(insert);
  const before = rows.slice(0, -1).map(packedRow).join(',');
  return [upsert({ key: PACKED + last.key, value: `{"value":${last.value},"rows":[${before}]}` })];
};

/** Sorted by key, so that transactions that share several keys wait for each other instead of deadlocking. */
export const transactionBody = (writes: readonly Write[]): string => {
  const rows = writes.flatMap(({ rows }) => rows).sort(byKey);
  // Stable: the operations on one key keep their order. Keys of unique values sort behind those of rows.
  const uniques = writes.flatMap(({ operations }) => operations).sort(byKey);
  return `{"operations":[${[...insertsOf(rows), ...uniques].map(({ json }) => json).join(',')}]}`;
};

/** The errors of `state.postgresql` and our triggers when an insert-if-absent finds its key. Dapr responds with a plain 500. */
const CONFLICT = /no item was updated|possible etag mismatch|commits are never changed/;

/** @throws VersionConflict if a key existed, Outage for any other failure */
export const assertCommitted = ({ status, text }: SidecarResponse): void => {
  if (status >= 200 && status < 300) return;
  if (status === 500 && CONFLICT.test(text)) throw new VersionConflict(text);
  throw new Outage(`The state transaction failed with ${status}: ${text}`);
};

export type EventStoreOptions = SidecarOptions &
  Readonly<{
    /** The state component: `state.postgresql`, `version: v2`, `keyPrefix: none`. */
    store: string;
    /** Called with the number of commits of each transaction. */
    onTransaction?: (commits: number) => void;
    /** @internal For tests and benchmarks. With one commit a transaction there is no group commit. */
    test?: Readonly<{ outcomeTtlSeconds?: number; batchCommits?: number; timeoutMs?: number }>;
  }>;

/** Longer than lock waits and failovers of the database, shorter than the timeouts of callers. */
const TIMEOUT_MS = 10_000;
/** More than the concurrent requests of group commit, reads and snapshots together. */
const CONNECTIONS = 16;
/** Most loads of a cached state find nothing new; pages grow for a cold one. */
const FIRST_PAGE_COMMITS = 4;
const PAGE_GROWTH = 8;
const LARGEST_PAGE_COMMITS = 128;

const JSON_HEADERS = { 'content-type': 'application/json' };

/** One key of Dapr's bulk get. A missing key has no `data`. */
type BulkItem = Readonly<{ key: string; data?: unknown; error?: string }>;

const statePath = (store: string): string => `/v1.0/state/${encodeURIComponent(store)}`;

/** A server sends a result that is smaller at once, and a larger one in pieces, of which a failure may leave out the last. */
const SENT_AT_ONCE_BYTES = 8_000;

/**
 * Dapr 1.18 ignores an error that ends the query of a bulk get, such as a lost connection, and returns the keys whose rows did
 * not arrive as missing. So each query includes the row that always exists, and what is missing in a large result is read again.
 * @throws Outage for a result that may be incomplete
 */
const bulkGet = (http: SidecarHttp, store: string, timeoutMs: number) => {
  const path = `${statePath(store)}/bulk`;
  const get = async (keys: readonly string[]): Promise<Values> => {
    const body = JSON.stringify({ keys: [...keys, PRESENT] });
    const { status, text } = await http.request({
      method: 'POST',
      path,
      headers: JSON_HEADERS,
      body,
      timeoutMs,
    });
    if (status !== 200) throw new Outage(`The bulk get failed with ${status}: ${text}`);
    const values = new Map<string, unknown>();
    for (const { key, data, error } of JSON.parse(text) as BulkItem[]) {
      if (error) throw new Outage(`${key} could not be read: ${error}`);
      if (data !== undefined && data !== null) values.set(key, data);
    }
    if (!values.delete(PRESENT)) throw new Outage('The result of a bulk get is incomplete');
    const missing = keys.filter((key) => !values.has(key));
    // Without any row the text is that of the missing keys.
    if (text.length < SENT_AT_ONCE_BYTES || values.size === 0 || missing.length === 0) return values;
    return new Map([...values, ...(await get(missing))]);
  };
  return get;
};

/** Reads commits from the next revision on, in growing pages, until one is missing or `limit` is reached. */
const readStream =
  (valuesOf: (keys: readonly string[]) => Promise<Values>): EventStore['read'] =>
  async (stream, after, limit) => {
    const commits: Commit[] = [];
    let page = FIRST_PAGE_COMMITS;
    while (commits.length < limit) {
      const next = after + commits.length + 1;
      const size = Math.min(page, limit - commits.length);
      const keys = Array.from({ length: size }, (_, index) => commitKey(stream, next + index));
      const values = await valuesOf(keys);
      const missing = keys.findIndex((key) => !values.has(key));
      const found = missing < 0 ? keys : keys.slice(0, missing);
      for (const [index, key] of found.entries())
        commits.push({ ...(values.get(key) as StoredCommit), stream, revision: next + index });
      if (missing >= 0) break;
      page = Math.min(page * PAGE_GROWTH, LARGEST_PAGE_COMMITS);
    }
    return commits;
  };

/**
 * The event store on a Dapr state component. Commits, outcomes of commands, unique values and snapshots are rows of the
 * service's own table; an append is one transaction on them.
 */
export const daprEventStore = (
  options: EventStoreOptions,
): EventStore & Readonly<{ close: () => Promise<void> }> => {
  const { store, onTransaction, test } = options;
  const timeoutMs = test?.timeoutMs ?? TIMEOUT_MS;
  const http = sidecarHttp(options, { connections: CONNECTIONS });
  const post = (path: string, body: string) =>
    http.request({ method: 'POST', path, headers: JSON_HEADERS, body, timeoutMs });

  const commit = groupCommit<Write>({
    execute: async (writes) => {
      onTransaction?.(writes.length);
      assertCommitted(await post(`${statePath(store)}/transaction`, transactionBody(writes)));
    },
    keysOf: ({ keys }) => keys,
    bytesOf: ({ bytes }) => bytes,
    isConflict: (error) => error instanceof VersionConflict,
    ...(test?.batchCommits !== undefined && { batchItems: test.batchCommits }),
  });
  const valuesOf = keyReader({ fetch: bulkGet(http, store, timeoutMs) });
  const valueOf = async <T>(key: string): Promise<T | undefined> =>
    (await valuesOf([key])).get(key) as T | undefined;

  return {
    read: readStream(valuesOf),
    append: async (...appends) =>
      commit(together(appends.map((append) => writeOf(append, test?.outcomeTtlSeconds)))),
    outcomeOf: async (commandId) => valueOf<RecordedOutcome>(outcomeKey(commandId)),
    ownerOf: async (key) => valueOf<string>(uniqueKey(key)),
    loadSnapshot: async (stream) => valueOf<Snapshot>(snapshotKey(stream)),
    saveSnapshot: async (stream, snapshot) => {
      const body = JSON.stringify([{ key: snapshotKey(stream), value: snapshot }]);
      const { status, text } = await post(statePath(store), body);
      if (status >= 300) throw new Outage(`Saving the snapshot failed with ${status}: ${text}`);
    },
    close: http.close,
  };
};
