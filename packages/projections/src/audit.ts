import { canonicalJson } from '@bankside/std';
import type { EventEnvelope } from '@bankside/contracts';
import { setTimeout as wait } from 'node:timers/promises';
import { groupByDocument, applyEvents } from './fold';
import type { ProjectionFeed } from './feeds';
import { type ProjectionVersion, versionName } from './projection';
import type { StoredDocument } from './checkpoints';
import { type ProjectionStore, newDocument } from './stores/store';

const PAGE_EVENTS = 1_000;
/** Differences in the result. */
const MAX_DIFFERENCES = 10;
/** Comparisons of a document that changes meanwhile. */
const MAX_COMPARISONS = 5;
const BETWEEN_COMPARISONS_MS = 200;

type Difference = Readonly<{ key: string; expected: unknown; found: unknown }>;
export type Audit = Readonly<{
  equal: boolean;
  documents: number;
  events: number;
  /** Documents that changed before every comparison, and remain unaudited. */
  moving: number;
  differences: readonly Difference[];
}>;

const NOTHING: Readonly<{ applied: StoredDocument['applied']; document: object | undefined }> = {
  applied: {},
  document: undefined,
};

const sameJson = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

/** Folds all events, independently of any writer. Holds the whole projection in memory. */
const folding = (version: ProjectionVersion, feeds: readonly ProjectionFeed[]) => {
  const { projection } = version;
  const documents = new Map<string, StoredDocument>();
  const reached = new Map<string, number>();
  let events = 0;

  const add = (page: readonly EventEnvelope[]): void => {
    for (const [key, group] of groupByDocument(projection, page).groups)
      documents.set(
        key,
        applyEvents(projection, documents.get(key) ?? newDocument(projection, key), group).stored,
      );
    events += page.length;
  };
  const readToHead = async ({ feedPartition, partition, pull }: ProjectionFeed): Promise<void> => {
    for (;;) {
      const after = reached.get(feedPartition) ?? 0;
      const page = await pull({ partition, after, limit: PAGE_EVENTS, flushed: true });
      add(page.events);
      reached.set(feedPartition, after + page.events.length);
      if (after + page.events.length >= page.head) return;
    }
  };
  return {
    documents,
    events: (): number => events,
    readToHead: async (): Promise<void> => {
      for (const feed of feeds) await readToHead(feed);
    },
  };
};

/**
 * Compares the stored documents with the fold of all events. Writers continue meanwhile: a document that has fewer or
 * more events than the fold is loaded and compared again.
 */
export const audit = async (
  version: ProjectionVersion,
  store: ProjectionStore,
  feeds: readonly ProjectionFeed[],
): Promise<Audit> => {
  const fold = folding(version, feeds);
  await fold.readToHead();
  const stored = new Map<string, StoredDocument>();
  for await (const one of store.scan(version)) stored.set(one.key, one);
  const differences: Difference[] = [];
  let unclear = [...new Set([...fold.documents.keys(), ...stored.keys()])];

  const compare = (key: string): boolean => {
    const { applied, document: expected } = fold.documents.get(key) ?? NOTHING;
    const found = stored.get(key) ?? NOTHING;
    if (!sameJson(applied, found.applied)) return false;
    if (!sameJson(expected, found.document)) differences.push({ key, expected, found: found.document });
    return true;
  };

  const documents = unclear.length;
  let moving: readonly string[] = [];
  for (let reconcile = 1; ; reconcile += 1) {
    unclear = unclear.filter((key) => !compare(key));
    if (unclear.length === 0 || reconcile === MAX_COMPARISONS) break;
    await wait(BETWEEN_COMPARISONS_MS);
    await fold.readToHead();
    const again = await store.load(version, unclear);
    moving = again.filter(({ key, rev }) => rev !== (stored.get(key)?.rev ?? 0)).map(({ key }) => key);
    for (const one of again) stored.set(one.key, one);
  }
  for (const key of unclear.filter((one) => !moving.includes(one)))
    differences.push({ key, expected: fold.documents.get(key)?.document, found: stored.get(key)?.document });
  return {
    equal: differences.length === 0 && unclear.length === 0,
    documents,
    events: fold.events(),
    moving: unclear.filter((key) => moving.includes(key)).length,
    differences: differences.slice(0, MAX_DIFFERENCES),
  };
};

/** How long a request waits for the audit: less than the time limit of any caller. */
const WAIT_MS = 3_000;
/** How long a finished audit is kept for the next request. */
const KEPT_MS = 30_000;

type AuditRunnerOptions = Readonly<{
  run: (version: ProjectionVersion) => Promise<Audit>;
  waitMs?: number;
}>;

/** Runs one audit of a version at a time. An audit outlives the request that started it; the next request returns it. */
export const auditRunner = ({ run, waitMs = WAIT_MS }: AuditRunnerOptions) => {
  const running = new Map<string, Promise<Audit>>();

  const forget = (name: string, audit: Promise<Audit>): void => {
    if (running.get(name) === audit) running.delete(name);
  };
  const start = (version: ProjectionVersion): Promise<Audit> => {
    const name = versionName(version);
    const audit = run(version);
    running.set(name, audit);
    audit.then(
      () => setTimeout(() => forget(name, audit), KEPT_MS).unref(),
      () => forget(name, audit),
    );
    return audit;
  };

  /** @returns undefined while the audit runs */
  return async (version: ProjectionVersion): Promise<Audit | undefined> => {
    const name = versionName(version);
    const audit = running.get(name) ?? start(version);
    const found = await Promise.race([audit, wait(waitMs, undefined, { ref: false })]);
    if (found !== undefined) forget(name, audit); // The next request audits what is stored then.
    return found;
  };
};
