import type { AttentionItem, AttentionQuery, AttentionPage } from '@bankside/contracts/http/attention';
import { inTransaction } from '@bankside/feed';
import type { EndedSaga, FinishMode } from '@bankside/saga/client';
import type { Pool, PoolClient } from 'pg';

type Kind = AttentionItem['kind'];
type About = Pick<
  AttentionItem,
  | 'sagaId'
  | 'saga'
  | 'step'
  | 'customerId'
  | 'orderId'
  | 'correlationId'
  | 'service'
  | 'consumer'
  | 'source'
  | 'stream'
  | 'partition'
>;

/** Trouble as a scan finds it. */
export type Trouble = Readonly<{
  /** The id of one occurrence: the same in every scan that finds it, and different from any other's. */
  key: string;
  kind: Kind;
  cause: AttentionItem['cause'];
  title: string;
  since: string;
  about: About;
  /** Of a saga that has ended. */
  ended?: Ended | undefined;
}>;

export type Ended = Readonly<{ saga: EndedSaga; mode: FinishMode }>;

/** The part of the register that a scan covers: items that it did not find there have recovered. */
type Scope = Readonly<{ kind: Kind; service?: string }>;

type Row = Readonly<{
  attentionId: string;
  position: string;
  kind: Kind;
  cause: AttentionItem['cause'];
  title: string;
  since: Date;
  about: About;
  finishMode: FinishMode | null;
  recoveredAt: Date | null;
  resolvedAt: Date | null;
  resolvedBy: string | null;
  reason: string | null;
}>;

const COLUMNS = `attention_id as "attentionId", position, kind, cause, title, since, about, finish_mode as "finishMode",
  recovered_at as "recoveredAt", resolved_at as "resolvedAt", resolved_by as "resolvedBy", reason`;

const INSERT = `insert into attention (key, kind, cause, title, since, about, ended, finish_mode)
  select key, kind, cause, title, since, about, ended -> 'saga', ended ->> 'mode'
  from jsonb_to_recordset($1::jsonb) as found(
    key text, kind text, cause text, title text, since timestamptz, about jsonb, ended jsonb)
  on conflict (key) do update set recovered_at = null
  where attention.recovered_at is not null and attention.resolved_at is null`;
/** A saga that has ended does not recover: only its finishing or a resolution ends its item. */
const RECOVER = `update attention set recovered_at = now()
  where kind = $1 and resolved_at is null and recovered_at is null and ended is null and not key = any($2)
    and ($3::text is null or about ->> 'service' = $3)`;
const LIST = `select ${COLUMNS} from attention
  where ($1::bigint is null or position < $1) and ($2::text is null or kind = $2)
    and ($3::text is null or about ->> 'sagaId' = $3)
    and case $4::text when 'open' then resolved_at is null and recovered_at is null
      when 'recovered' then resolved_at is null and recovered_at is not null
      when 'resolved' then resolved_at is not null else resolved_at is null end
  order by position desc limit $5`;
const COUNTS = `select count(*) filter (where recovered_at is null)::int as open,
  count(*) filter (where recovered_at is not null)::int as recovered from attention where resolved_at is null`;

const stateOf = ({ recoveredAt, resolvedAt }: Row): AttentionItem['state'] => {
  if (resolvedAt !== null) return 'resolved';
  return recoveredAt === null ? 'open' : 'recovered';
};

const toItem = (row: Row): AttentionItem => ({
  attentionId: row.attentionId,
  kind: row.kind,
  cause: row.cause,
  title: row.title,
  state: stateOf(row),
  since: row.since.toISOString(),
  ...row.about,
  ...(row.recoveredAt !== null && { recoveredAt: row.recoveredAt.toISOString() }),
  ...(row.resolvedAt !== null && { resolvedAt: row.resolvedAt.toISOString() }),
  ...(row.resolvedBy !== null && { resolvedBy: row.resolvedBy }),
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.finishMode !== null && { finish: row.finishMode }),
});

type Resolution = Readonly<{ by: string; reason: string }>;
type Queryable = Pick<Pool | PoolClient, 'query'>;

/**
 * The attention items, in the worker's database. An item stays until an operator resolves it, even if Temporal or a
 * consumer has deleted its cause.
 */
export const attentionRegister = (pool: Pool) => ({
  /** The keys that are not recorded yet. */
  unknown: async (keys: readonly string[]): Promise<ReadonlySet<string>> => {
    const { rows } = await pool.query<{ key: string }>('select key from attention where key = any($1)', [
      keys,
    ]);
    const known = new Set(rows.map(({ key }) => key));
    return new Set(keys.filter((key) => !known.has(key)));
  },

  /** Records what a scan has found. With a scope, everything else in it has recovered; `present` was found, and is recorded. */
  record: async (
    found: readonly Trouble[],
    scope?: Scope,
    present: readonly string[] = [],
  ): Promise<void> => {
    if (found.length === 0 && scope === undefined) return;
    await inTransaction(pool, async (client) => {
      if (found.length > 0) await client.query(INSERT, [JSON.stringify(found)]);
      if (scope === undefined) return;
      const keys = [...found.map(({ key }) => key), ...present];
      await client.query(RECOVER, [scope.kind, keys, scope.service]);
    });
  },

  counts: async () => {
    const { rows } = await pool.query<{ open: number; recovered: number }>(COUNTS);
    return rows[0]!;
  },

  list: async ({
    cursor,
    kind,
    sagaId,
    state,
    limit,
  }: AttentionQuery): Promise<Omit<AttentionPage, 'open' | 'recovered'>> => {
    const { rows } = await pool.query<Row>(LIST, [cursor, kind, sagaId, state, limit + 1]);
    const shown = rows.slice(0, limit);
    return { items: shown.map(toItem), ...(rows.length > limit && { next: shown.at(-1)!.position }) };
  },

  find: async (attentionId: string): Promise<AttentionItem | undefined> => {
    const { rows } = await pool.query<Row>(`select ${COLUMNS} from attention where attention_id = $1`, [
      attentionId,
    ]);
    return rows[0] && toItem(rows[0]);
  },

  /** @returns whether the item was unresolved */
  resolve: async (database: Queryable, attentionId: string, { by, reason }: Resolution): Promise<boolean> => {
    const { rowCount } = await database.query(
      `update attention set resolved_at = now(), resolved_by = $2, reason = $3
       where attention_id = $1 and resolved_at is null`,
      [attentionId, by, reason],
    );
    return rowCount === 1;
  },

  /** The last run of a saga that is recorded as ended, unless it was finished since. */
  endedSaga: async (sagaId: string): Promise<Ended | undefined> => {
    const { rows } = await pool.query<{ ended: EndedSaga; mode: FinishMode; finishedBy: string | null }>(
      `select ended, finish_mode as mode, finished_by as "finishedBy" from attention
       where about ->> 'sagaId' = $1 and ended is not null order by position desc limit 1`,
      [sagaId],
    );
    const [last] = rows;
    return last === undefined || last.finishedBy !== null ? undefined : { saga: last.ended, mode: last.mode };
  },

  /** Resolves all items of a saga that a request has finished. */
  finished: async (sagaId: string, key: string, { by, reason }: Resolution): Promise<void> => {
    await pool.query(
      `update attention set finished_by = $2, resolved_at = coalesce(resolved_at, now()),
         resolved_by = coalesce(resolved_by, $3), reason = coalesce(reason, $4)
       where about ->> 'sagaId' = $1 and finished_by is null`,
      [sagaId, key, by, reason],
    );
  },

  /** Orders whose saga needs a person, and whose owner does not know it yet. */
  notHeld: async () => {
    const { rows } = await pool.query<{ attentionId: string; orderId: string; correlationId: string | null }>(
      `select attention_id as "attentionId", about ->> 'orderId' as "orderId",
         about ->> 'correlationId' as "correlationId" from attention
       where kind = 'saga' and resolved_at is null and recovered_at is null and held_at is null and about ? 'orderId'`,
    );
    return rows;
  },
  held: async (attentionId: string): Promise<void> => {
    await pool.query('update attention set held_at = now() where attention_id = $1', [attentionId]);
  },
});
export type AttentionRegister = ReturnType<typeof attentionRegister>;
