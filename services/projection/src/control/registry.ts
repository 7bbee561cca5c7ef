import { inTransaction } from '@bankside/feed';
import type { Pool, PoolClient } from 'pg';
import type { View } from '../view';

/** How long the replica that switches a view keeps the others away from it, should it die meanwhile. */
const SWITCHING_MS = 10_000;
/** Serializes decisions about the generations of all views. Any number will do that nothing else in the database uses. */
const DECISION_LOCK = 4_826_312;

export type Progress = Readonly<{
  events: number;
  of: number;
  perSecond: number;
  secondsLeft: number | null;
}>;

/** A generation as it is registered. `version` is that of the view's definition which it was built by. */
export type Registered = Readonly<{
  view: string;
  number: number;
  version: number;
  state: 'building' | 'active' | 'retired';
  startedAt: string;
  switchedAt: string | null;
  switching: boolean;
  /** Nobody can be reading it any more. */
  droppable: boolean;
  progress: Progress | Readonly<Record<string, never>>;
}>;

/** How long a retired generation is kept for readers that have not heard of the new one. */
const DROP_AFTER_SECONDS = 10;

const SELECT = `
  select view, number, version, state, started_at as "startedAt", switched_at as "switchedAt",
    coalesce(switching_until > now(), false) as switching,
    coalesce(retired_at < now() - interval '${DROP_AFTER_SECONDS} seconds', false) as droppable, progress
  from generation order by view, number`;

const begin = async (client: PoolClient, view: View, state: 'active' | 'building'): Promise<number> => {
  const { rows } = await client.query<Readonly<{ number: number }>>(
    `insert into generation (view, number, version, state)
     select $1, coalesce(max(number), 0) + 1, $2, $3 from generation where view = $1 returning number`,
    [view.name, view.version, state],
  );
  return rows[0]!.number;
};

const retire = async (client: PoolClient, view: string, state: 'active' | 'building'): Promise<void> => {
  await client.query(
    `update generation set state = 'retired', retired_at = now() where view = $1 and state = $2`,
    [view, state],
  );
};

/** Which generations of the views there are. The database decides, so all replicas agree. */
export const registry = (pool: Pool) => {
  const alone = async (client: PoolClient): Promise<void> => {
    await client.query('select pg_advisory_xact_lock($1)', [DECISION_LOCK]);
  };
  const deciding = <T>(decide: (client: PoolClient) => Promise<T>): Promise<T> =>
    inTransaction(pool, async (client) => {
      await alone(client);
      return decide(client);
    });

  const versionOf = async (client: PoolClient, view: string, state: string): Promise<number | undefined> => {
    const { rows } = await client.query<Readonly<{ version: number }>>(
      'select version from generation where view = $1 and state = $2',
      [view, state],
    );
    return rows[0]?.version;
  };

  return {
    all: async (): Promise<readonly Registered[]> => {
      const { rows } = await pool.query<Registered>(SELECT);
      return rows;
    },
    /** Begins the first generation of a new view, and the next one of a view whose definition is another by now. */
    ensure: (view: View): Promise<void> =>
      deciding(async (client) => {
        const active = await versionOf(client, view.name, 'active');
        if (active === undefined) return void (await begin(client, view, 'active'));
        const building = await versionOf(client, view.name, 'building');
        if (building !== undefined && building !== view.version) await retire(client, view.name, 'building');
        if (active !== view.version && building !== view.version) await begin(client, view, 'building');
      }),
    /** Begins a new generation beside the active one, in a transaction. @returns false when one is being built already */
    rebuild: async (view: View, client: PoolClient): Promise<boolean> => {
      await alone(client);
      if ((await versionOf(client, view.name, 'building')) !== undefined) return false;
      await begin(client, view, 'building');
      return true;
    },
    progress: async (view: string, number: number, progress: Progress): Promise<void> => {
      await pool.query('update generation set progress = $3 where view = $1 and number = $2', [
        view,
        number,
        JSON.stringify(progress),
      ]);
    },
    /** Asks every replica to leave the view alone for a moment, or no longer to. */
    switching: async (view: string, yes: boolean): Promise<void> => {
      await pool.query(
        `update generation set switching_until = case when $2 then now() + interval '${SWITCHING_MS} milliseconds' end
         where view = $1 and state <> 'retired'`,
        [view, yes],
      );
    },
    /** Makes the generation that was built the one that is read. @returns false when it is no longer the one being built */
    switchTo: (view: string, number: number): Promise<boolean> =>
      deciding(async (client) => {
        const { rowCount } = await client.query(
          `select from generation where view = $1 and number = $2 and state = 'building'`,
          [view, number],
        );
        if (rowCount !== 1) return false;
        await client.query(
          `update dead_letter set state = 'rebuilt' where state in ('poison', 'held') and generation in (
             select view || '.' || number from generation where view = $1 and state = 'active')`,
          [view],
        );
        await retire(client, view, 'active');
        await client.query(
          `update generation set state = 'active', switched_at = now(), switching_until = null
           where view = $1 and number = $2`,
          [view, number],
        );
        return true;
      }),
    /** The last trace of a generation that is dropped. What was put aside in one that nobody has ever read goes as well. */
    forget: (view: string, number: number): Promise<void> =>
      deciding(async (client) => {
        await client.query(`delete from dead_letter where generation = $1 and state in ('poison', 'held')`, [
          `${view}.${number}`,
        ]);
        await client.query(`delete from generation where view = $1 and number = $2 and state = 'retired'`, [
          view,
          number,
        ]);
      }),
  };
};

export type Registry = ReturnType<typeof registry>;
