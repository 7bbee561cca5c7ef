import { inTransaction } from '@bankside/feed';
import type { Pool, PoolClient } from 'pg';
import type { Projection, ProjectionVersion } from './projection';

/** How long writers stay away from a projection in cutover if the promoting replica is killed. */
const CUTOVER_MS = 10_000;
/** How long a retired version is kept for readers whose cache still names it. */
const DROP_AFTER_SECONDS = 10;
/** Serializes decisions about versions across replicas. Unique among the advisory locks of the database. */
const DECISION_LOCK = 4_826_312;

export type RebuildProgress = Readonly<{
  /** What is being written. */
  stage: 'events' | 'indexes';
  events: number;
  of: number;
  perSecond: number;
  secondsLeft: number | null;
}>;

export type VersionRecord = Readonly<{
  projection: string;
  number: number;
  /** `version` of the definition that built it. */
  definitionVersion: number;
  state: 'building' | 'active' | 'retired';
  startedAt: string;
  promotedAt: string | null;
  inCutover: boolean;
  /** Retired long enough ago that no replica reads it. */
  droppable: boolean;
  progress: RebuildProgress | Readonly<Record<string, never>>;
}>;

const SELECT = `
  select projection, number, definition_version as "definitionVersion", state, started_at as "startedAt",
    promoted_at as "promotedAt", coalesce(cutover_deadline > now(), false) as "inCutover",
    coalesce(retired_at < now() - interval '${DROP_AFTER_SECONDS} seconds', false) as droppable, progress
  from projection_version order by projection, number`;

const create = async (
  client: PoolClient,
  projection: Projection,
  state: 'active' | 'building',
): Promise<void> => {
  await client.query(
    `insert into projection_version (projection, number, definition_version, state)
     select $1, coalesce(max(number), 0) + 1, $2, $3 from projection_version where projection = $1`,
    [projection.name, projection.version, state],
  );
};

const retire = async (
  client: PoolClient,
  projection: string,
  state: 'active' | 'building',
): Promise<void> => {
  await client.query(
    `update projection_version set state = 'retired', retired_at = now() where projection = $1 and state = $2`,
    [projection, state],
  );
};

const definitionVersionOf = async (
  client: PoolClient,
  projection: string,
  state: VersionRecord['state'],
): Promise<number | undefined> => {
  const { rows } = await client.query<Readonly<{ version: number }>>(
    'select definition_version as version from projection_version where projection = $1 and state = $2',
    [projection, state],
  );
  return rows[0]?.version;
};

const lockDecisions = (client: PoolClient) =>
  client.query('select pg_advisory_xact_lock($1)', [DECISION_LOCK]);

/** The versions of all projections. PostgreSQL decides, so all replicas agree. */
export const versionRegistry = (pool: Pool) => {
  const decide = <T>(decision: (client: PoolClient) => Promise<T>): Promise<T> =>
    inTransaction(pool, async (client) => {
      await lockDecisions(client);
      return decision(client);
    });

  return {
    all: async (): Promise<readonly VersionRecord[]> => {
      const { rows } = await pool.query<VersionRecord>(SELECT);
      return rows;
    },
    /** Creates the first version of a new projection, and a building one when the definition has changed. */
    ensure: (projection: Projection): Promise<void> =>
      decide(async (client) => {
        const { name, version } = projection;
        const active = await definitionVersionOf(client, name, 'active');
        if (active === undefined) return create(client, projection, 'active');
        const building = await definitionVersionOf(client, name, 'building');
        if (building !== undefined && building !== version) await retire(client, name, 'building');
        if (active !== version && building !== version) await create(client, projection, 'building');
      }),
    /**
     * Creates a version to build beside the active one, in the caller's transaction.
     * @returns false when one is being built already
     */
    rebuild: async (projection: Projection, client: PoolClient): Promise<boolean> => {
      await lockDecisions(client);
      if ((await definitionVersionOf(client, projection.name, 'building')) !== undefined) return false;
      await create(client, projection, 'building');
      return true;
    },
    saveProgress: async (projection: string, number: number, progress: RebuildProgress): Promise<void> => {
      await pool.query('update projection_version set progress = $3 where projection = $1 and number = $2', [
        projection,
        number,
        JSON.stringify(progress),
      ]);
    },
    /** Makes every writer leave the projection alone until `endCutover`, or until the deadline. */
    beginCutover: async (projection: string): Promise<void> => {
      await pool.query(
        `update projection_version set cutover_deadline = now() + interval '${CUTOVER_MS} milliseconds'
         where projection = $1 and state <> 'retired'`,
        [projection],
      );
    },
    endCutover: async (projection: string): Promise<void> => {
      await pool.query(
        `update projection_version set cutover_deadline = null where projection = $1 and state <> 'retired'`,
        [projection],
      );
    },
    /** Makes the building version the active one. @returns false when it is no longer the one being built */
    promote: (projection: string, number: number): Promise<boolean> =>
      decide(async (client) => {
        const { rowCount } = await client.query(
          `select from projection_version where projection = $1 and number = $2 and state = 'building'`,
          [projection, number],
        );
        if (rowCount !== 1) return false;
        await client.query(
          `update dead_letter set state = 'rebuilt', resolved_at = now()
           where state in ('poison', 'blocked') and consumer in (
             select projection || '.' || number from projection_version
             where projection = $1 and state = 'active')`,
          [projection],
        );
        await retire(client, projection, 'active');
        await client.query(
          `update projection_version set state = 'active', promoted_at = now(), cutover_deadline = null
           where projection = $1 and number = $2`,
          [projection, number],
        );
        return true;
      }),
    /** Deletes the record of a dropped version, and resolves the dead letters of one that was never active. */
    remove: (projection: string, number: number): Promise<void> =>
      decide(async (client) => {
        await client.query(
          `update dead_letter set state = 'rebuilt', resolved_at = now()
           where consumer = $1 and state in ('poison', 'blocked')`,
          [`${projection}.${number}`],
        );
        await client.query(
          `delete from projection_version where projection = $1 and number = $2 and state = 'retired'`,
          [projection, number],
        );
      }),
  };
};

export type VersionRegistry = ReturnType<typeof versionRegistry>;

/** The versions of a projection. Those built by another definition can be read, but not written. */
export type KnownVersions = Readonly<{
  projection: Projection;
  active: VersionRecord | undefined;
  building: VersionRecord | undefined;
  retired: readonly VersionRecord[];
}>;

/** The versions as of the last refresh, for readers and writers of this process. */
export const versionCache = (projections: readonly Projection[], registry: Pick<VersionRegistry, 'all'>) => {
  let records: readonly VersionRecord[] = [];
  let refreshedAt = -Infinity;
  let refreshing: Promise<void> | undefined;

  const load = async (): Promise<void> => {
    const startedAt = performance.now();
    records = await registry.all();
    refreshedAt = startedAt;
  };
  const refresh = (): Promise<void> => {
    refreshing ??= load().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  const of = (projection: Projection): KnownVersions => {
    const mine = records.filter((one) => one.projection === projection.name);
    return {
      projection,
      active: mine.find(({ state }) => state === 'active'),
      building: mine.find(({ state }) => state === 'building'),
      retired: mine.filter(({ state }) => state === 'retired'),
    };
  };

  return {
    refresh,
    refreshIfOlder: async (ms: number): Promise<void> => {
      if (performance.now() - refreshedAt > ms) await refresh();
    },
    all: (): readonly KnownVersions[] => projections.map(of),
    of,
    /** The version that queries read. */
    active: (projection: Projection): ProjectionVersion | undefined => {
      const { active } = of(projection);
      return active && { projection, number: active.number };
    },
  };
};

export type VersionCache = ReturnType<typeof versionCache>;
