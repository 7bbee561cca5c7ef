import { inTransaction, parkEvents } from '@bankside/feed';
import { DatabaseError, type Pool, type PoolClient } from 'pg';
import type { CheckpointMove, FeedPartition, StoredDocument } from '../checkpoints';
import { versionName, type ProjectionVersion } from '../projection';
import { tableNameOf, tableOf } from './postgres-tables';
import type { Change, CommitOutcome } from './store';

/** `change`, `added` and `replaced`. The parameters of `changeValues` begin at `$first`. */
const savingDocuments = (table: string, first: number): string => `
  change as (
    select * from unnest($${first}::text[], $${first + 1}::int[], $${first + 2}::jsonb[], $${first + 3}::jsonb[], $${first + 4}::jsonb[])
      as change(key, rev, document, applied, blocked)
  ), added as (
    insert into ${table} (key, rev, document, applied, blocked)
    select key, 1, document, applied, blocked from change where rev = 0
    on conflict do nothing returning key
  ), replaced as (
    update ${table} as row set rev = change.rev + 1, document = change.document, applied = change.applied, blocked = change.blocked
    from change where row.key = change.key and row.rev = change.rev and change.rev > 0 returning row.key
  )`;

const changeValues = (changed: readonly StoredDocument[]): unknown[] => [
  changed.map(({ key }) => key),
  changed.map(({ rev }) => rev),
  changed.map(({ document }) => JSON.stringify(document)),
  changed.map(({ applied }) => JSON.stringify(applied)),
  changed.map(({ blocked }) => JSON.stringify(blocked)),
];

/** Runs a statement that returns the names of what it wrote. @returns the others, which another writer has changed */
const unwritten = async <Name extends string>(
  client: PoolClient,
  names: readonly Name[],
  text: string,
  values: unknown[],
): Promise<readonly Name[]> => {
  if (names.length === 0) return [];
  const { rows } = await client.query<Readonly<{ name: Name }>>(text, values);
  const written = new Set(rows.map(({ name }) => name));
  return names.filter((name) => !written.has(name));
};

/**
 * Inserts and replaces under the guard of `rev`.
 * @returns the keys that another writer has changed
 */
const saveDocuments = (
  client: PoolClient,
  version: ProjectionVersion,
  changed: readonly StoredDocument[],
): Promise<readonly string[]> =>
  unwritten(
    client,
    changed.map(({ key }) => key),
    `with ${savingDocuments(tableOf(version), 1)}
     select key as name from added union all select key from replaced`,
    changeValues(changed),
  );

/** Rolls the transaction back. */
class Abandoned extends Error {
  constructor(readonly outcome: CommitOutcome) {
    super('another writer was faster');
  }
}
const abandon = (conflicts: Partial<CommitOutcome>): never => {
  throw new Abandoned({ done: false, lost: [], moved: [], ...conflicts });
};

/** `move`, `inserted` and `moved`. */
const MOVING_CHECKPOINTS = `
  move as (
    select * from unnest($2::text[], $3::bigint[], $4::bigint[]) as move(feed_partition, "from", "to")
  ), inserted as (
    insert into projection_checkpoint (version, feed_partition, position, moved_at)
    select $1, feed_partition, "to", now() from move where "from" = 0
    on conflict do nothing returning feed_partition
  ), moved as (
    update projection_checkpoint as row set position = move."to", moved_at = now()
    from move where row.version = $1 and row.feed_partition = move.feed_partition and row.position = move."from" and move."from" > 0
    returning row.feed_partition
  )`;

const moveValues = (version: ProjectionVersion, moves: readonly CheckpointMove[]): unknown[] => [
  versionName(version),
  moves.map(({ feedPartition }) => feedPartition),
  moves.map(({ from }) => from),
  moves.map(({ to }) => to),
];

/** @returns the feed partitions whose checkpoint another writer has moved */
const advance = (
  client: PoolClient,
  version: ProjectionVersion,
  moves: readonly CheckpointMove[],
): Promise<readonly FeedPartition[]> =>
  unwritten(
    client,
    moves.map(({ feedPartition }) => feedPartition),
    `with ${MOVING_CHECKPOINTS}
     select feed_partition as name from inserted union all select feed_partition from moved`,
    moveValues(version, moves),
  );

/** Larger changes are planned for themselves: a plan from when the table was small would read all of a large one. */
const PREPARED_DOCUMENTS = 50;

/** Fails, and so changes nothing, if another writer has moved a checkpoint or changed a document. */
const commitStatement = (version: ProjectionVersion): string => `
  with fast as materialized (select set_config('synchronous_commit', 'off', true)),
  ${MOVING_CHECKPOINTS}, ${savingDocuments(tableOf(version), 5)}
  select case when (select count(*) from inserted) + (select count(*) from moved) = cardinality($2::text[])
      and (select count(*) from added) + (select count(*) from replaced) = cardinality($5::text[])
    then '0' else 'another writer was faster' end::int from fast`;

/** PostgreSQL's code for a text that is no number. */
const INVALID_TEXT = '22P02';

/** Commits without dead letters, in one statement. @returns whether it did: if not, a transaction finds out why */
const commitAtOnce = async (
  pool: Pool,
  version: ProjectionVersion,
  { changed, moves }: Change,
): Promise<boolean> => {
  try {
    await pool.query({
      ...(changed.length <= PREPARED_DOCUMENTS && { name: `view-commit-${tableNameOf(version)}` }),
      text: commitStatement(version),
      values: [...moveValues(version, moves), ...changeValues(changed)],
    });
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === INVALID_TEXT) return false;
    throw error;
  }
};

/** Commits in a transaction, which another writer may have made impossible. */
const commitInSteps = (
  pool: Pool,
  version: ProjectionVersion,
  { changed, moves, parked }: Change,
): Promise<CommitOutcome> =>
  inTransaction(
    pool,
    async (client): Promise<CommitOutcome> => {
      const moved = await advance(client, version, moves);
      if (moved.length > 0) abandon({ moved });
      const lost = await saveDocuments(client, version, changed);
      if (lost.length > 0) abandon({ lost });
      await parkEvents(client, versionName(version), parked);
      return { done: true, lost, moved };
    },
    'lost-in-a-crash', // The writer reads their events from the feeds again.
  ).catch((error: unknown) => {
    if (error instanceof Abandoned) return error.outcome;
    throw error;
  });

/** Commits documents, checkpoints and dead letters of a change together. */
export const commitChange = async (
  pool: Pool,
  version: ProjectionVersion,
  change: Change,
): Promise<CommitOutcome> =>
  change.parked.length === 0 && (await commitAtOnce(pool, version, change))
    ? { done: true, lost: [], moved: [] }
    : commitInSteps(pool, version, change);
