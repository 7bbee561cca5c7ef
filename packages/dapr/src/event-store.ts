import {
  VersionConflict,
  type RecordedOutcome,
  type Commit,
  type EventStore,
  type Snapshot,
} from '@bankside/kernel';
import { groupCommit } from './group-commit';
import { keyReader, type Values } from './key-reader';
import {
  outcomeKey,
  commitKey,
  snapshotKey,
  uniqueKey,
  OUTCOME_TTL_SECONDS,
  assertCommitted,
  transactionBody,
  writeOf,
  type Write,
} from './transaction';
import { Outage } from './outage';
import { sidecarHttp, type SidecarHttp, type SidecarOptions } from './sidecar-http';

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

const bulkGet =
  (http: SidecarHttp, store: string, timeoutMs: number) =>
  async (keys: readonly string[]): Promise<Values> => {
    const path = `${statePath(store)}/bulk`;
    const body = JSON.stringify({ keys });
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
    return values;
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
      commits.push(...found.map((key) => values.get(key) as Commit));
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
    append: async (append) => commit(writeOf(append, test?.outcomeTtlSeconds ?? OUTCOME_TTL_SECONDS)),
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
