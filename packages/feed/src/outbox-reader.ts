import type { EventEnvelope } from '@bankside/contracts';
import type { Commit, StoredEvent } from '@bankside/kernel';
import { defined } from '@bankside/std';
import type { PoolClient } from 'pg';
import type { TimedQuery } from './transaction';
import { chainStart, linkHash } from './chain';
import { storedCommit } from './stored-commit';

/** The part of a stored event that other services may read. `type` never changes once published: `accounts.money-withdrawn.v1`. */
export type PublishedEvent = Readonly<{ type: string; data: object }>;

/**
 * Maps a stored event to the events that are published for it. Must depend on its arguments alone. A throw means a bug: it
 * stops the partition until a release fixes it.
 */
export type PublicationMap = (
  commit: Commit,
  event: StoredEvent,
  index: number,
) => PublishedEvent | readonly PublishedEvent[] | undefined;

/** An event together with its exact text, as `feed_event` returns it from the feed. `committedAt` is known to the relay that fed it. */
export type FeedEntry = Readonly<{ event: EventEnvelope; json: string; committedAt?: Date }>;
/** With the part of the text that the feed stores. */
type NewEntry = FeedEntry & Readonly<{ body: string }>;

const publishedEvents = (commit: Commit, map: PublicationMap): readonly PublishedEvent[] =>
  commit.events.flatMap((event, index) => map(commit, event, index) ?? []);

type EntryOrigin = Readonly<{ source: string; partition: number; position: number; committedAt: Date }>;

/** The feed entries of one commit, at the positions right after `position`. */
export const entriesOf = (
  commit: Commit,
  map: PublicationMap,
  { source, partition, position, committedAt }: EntryOrigin,
): readonly NewEntry[] =>
  publishedEvents(commit, map).map(({ type, data }, index) => {
    const feedposition = position + index + 1;
    const attributes = {
      specversion: '1.0' as const,
      id: `${source}/${partition}/${feedposition}`,
      type,
      source,
      subject: commit.stream,
      time: commit.at,
      datacontenttype: 'application/json' as const,
      partitionkey: commit.stream,
      feedpartition: partition,
      feedposition,
      streamrevision: commit.revision,
    };
    const rest = {
      ...defined({
        traceparent: commit.trace,
        correlationid: commit.correlationId,
        causationid: commit.causationId,
      }),
      data,
    };
    const body = JSON.stringify(rest);
    const json = `${JSON.stringify(attributes).slice(0, -1)},${body.slice(1)}`;
    return { event: Object.assign(attributes, rest), json, body, committedAt };
  });

/** Commits that one transaction moves from the outbox to the feed. */
export const OUTBOX_BATCH = 500;
/** A statement that takes longer counts as a lost connection. */
const STATEMENT_TIMEOUT_MS = 30_000;

// `offset 0` keeps the lateral join row by row through the index on row_id: a plan made while the outbox was empty may read
// all of `state` otherwise.
const TAKE = `
  select taken.row_id, row.key, row.value, row.created_at from (
    select row_id from outbox where partition = $1 order by row_id limit $2
  ) as taken left join lateral (
    select state.key, convert_from(state.value, 'UTF8') as value, state.created_at
    from state where state.row_id = taken.row_id offset 0
  ) as row on true order by taken.row_id`;

const HEAD = `
  select h.position, c.number, encode(c.hash, 'hex') as hash from feed_head h left join lateral (
    select number, hash from feed_chain where partition = h.partition order by number desc limit 1
  ) as c on true where h.partition = $1`;

// One statement: one transaction, one round trip. Does nothing if the head is not where this leader left it.
const PUT = `
  with head as (
    update feed_head set position = $2::bigint + cardinality($4::text[]) where partition = $1 and position = $2 returning 1
  ), added as (
    insert into feed (partition, position, stream, revision, type, body, at)
    select $1, $2::bigint + n, stream, revision, type, body, at
    from unnest($4::text[], $5::int[], $6::text[], string_to_array($7, E'\\n')::json[], $8::timestamptz[])
      with ordinality as entry(stream, revision, type, body, at, n)
    where exists (select from head)
  ), linked as (
    insert into feed_chain (partition, number, row_id, stream, revision, position, hash, correlation_id)
    select $1, $9::bigint + n, row_id, stream, revision, position, decode(hash, 'hex'), correlation_id
    from unnest($3::bigint[], $10::text[], $11::int[], $12::bigint[], $13::text[], $14::uuid[])
      with ordinality as link(row_id, stream, revision, position, hash, correlation_id, n)
    where exists (select from head)
  ), done as (
    delete from outbox where partition = $1 and row_id = any($3::bigint[]) and exists (select from head) returning 1
  )
  select (select count(*)::int from done) as done`;

/** The publication map threw, or an outbox row is not a commit: a bug. Nothing is lost or skipped: the partition waits. */
export class MapFailed extends Error {
  override name = 'MapFailed';
}

type OutboxRow = Readonly<{ row_id: string; created_at: Date }> &
  (Readonly<{ key: string; value: string }> | Readonly<{ key: null; value: null }>);
type Link = Readonly<{
  stream: string;
  revision: number;
  position: number;
  /** In hexadecimal. */
  hash: string;
  correlationId: string | undefined;
}>;
/** `links` has one element for each element of `rowIds`. */
type Mapped = Readonly<{
  rowIds: readonly string[];
  entries: readonly NewEntry[];
  links: readonly Link[];
  failure?: MapFailed;
}>;
type HeadRow = Readonly<{ position: string; number: string | null; hash: string | null }>;

type OutboxReaderOptions = Readonly<{
  client: PoolClient;
  source: string;
  partition: number;
  map: PublicationMap;
}>;

const rowOf = (row: OutboxRow): Readonly<{ key: string; value: string }> => {
  if (row.key === null)
    throw new Error(`The commit of outbox row ${row.row_id} is no longer in the table state.`);
  return row;
};

/** Moves commits of one partition from the outbox to the feed. Only its leader may use it. */
export const outboxReader = async ({ client, source, partition, map }: OutboxReaderOptions) => {
  const query = <R extends object>(name: string, text: string, values: unknown[]) => {
    const timed: TimedQuery = {
      name,
      text,
      values,
      query_timeout: STATEMENT_TIMEOUT_MS,
    };
    return client.query<R>(timed);
  };

  const { rows } = await query<HeadRow>('feed-head', HEAD, [partition]);
  let head = Number(rows[0]?.position);
  let links = Number(rows[0]?.number ?? 0);
  let lastHash = rows[0]?.hash ?? chainStart(source, partition);

  /** The entries and links up to the first commit that cannot be mapped, and that failure. */
  const mapped = (taken: readonly OutboxRow[]): Mapped => {
    const rowIds: string[] = [];
    const entries: NewEntry[] = [];
    const added: Link[] = [];
    for (const row of taken) {
      try {
        const { key, value } = rowOf(row);
        const commit = storedCommit(key, value); // Only an event store writes keys with the prefix s/.
        const published = entriesOf(commit, map, {
          source,
          partition,
          position: head + entries.length,
          committedAt: row.created_at,
        });
        entries.push(...published);
        rowIds.push(row.row_id);
        const position = head + entries.length;
        const number = links + rowIds.length;
        const events = published.map(({ json }) => json);
        const hash = linkHash(added.at(-1)?.hash ?? lastHash, {
          number,
          position,
          key,
          commit: value,
          events,
        });
        const { stream, revision, correlationId } = commit;
        added.push({ stream, revision, position, hash, correlationId });
      } catch (cause) {
        const failure = new MapFailed(`Outbox row ${row.row_id} stops partition ${partition} of ${source}`, {
          cause,
        });
        return { rowIds, entries, links: added, failure };
      }
    }
    return { rowIds, entries, links: added };
  };

  const put = async ({ rowIds, entries, links: added }: Mapped): Promise<void> => {
    const column = <T>(of: (entry: NewEntry) => T) => entries.map(of);
    const result = await query<{ done: number }>('feed-put', PUT, [
      partition,
      head,
      rowIds,
      column(({ event }) => event.subject),
      column(({ event }) => event.streamrevision),
      column(({ event }) => event.type),
      column(({ body }) => body).join('\n'), // JSON has no line break, and its quotes need no escaping as in an array.
      column(({ event }) => event.time),
      links,
      added.map(({ stream }) => stream),
      added.map(({ revision }) => revision),
      added.map(({ position }) => position),
      added.map(({ hash }) => hash),
      added.map(({ correlationId }) => correlationId),
    ]);
    if (result.rows[0]?.done !== rowIds.length) throw new Error(`Partition ${partition} has another leader.`);
    head += entries.length;
    links += added.length;
    lastHash = added.at(-1)?.hash ?? lastHash;
  };

  return {
    /**
     * Moves one batch to the feed and passes its entries to `fed`.
     * @returns how many commits it had; the outbox may hold more after `OUTBOX_BATCH`
     * @throws MapFailed once every commit before that one is fed; any other error ends the leadership
     */
    feedBatch: async (fed: (entries: readonly FeedEntry[]) => void): Promise<number> => {
      const taken = await query<OutboxRow>('feed-take', TAKE, [partition, OUTBOX_BATCH]);
      const batch = mapped(taken.rows);
      if (batch.rowIds.length > 0) {
        await put(batch);
        fed(batch.entries);
      }
      if (batch.failure !== undefined) throw batch.failure;
      return taken.rows.length;
    },
  };
};
