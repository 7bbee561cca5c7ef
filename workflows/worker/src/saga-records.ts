import { operatorOnly } from '@bankside/auth';
import { sagaRecordsQuery, type SagaRecordsQuery, type SagaRecordPage } from '@bankside/contracts/http/sagas';
import { notFound, parseParams, parseQuery } from '@bankside/http';
import type { SagaRecord } from '@bankside/saga/client';
import { defined } from '@bankside/std';
import { Router } from 'express';
import type { Pool } from 'pg';
import * as z from 'zod';

const STORE = `insert into saga_record (saga_id, run_id, started_at, record) values ($1, $2, $3, $4)
  on conflict (saga_id, run_id) do update set record = excluded.record`;
const LIST = `select position, record from saga_record
  where ($1::bigint is null or position < $1) and record @> $2::jsonb
    and ($3::text is null or record ->> 'correlationId' = $3)
    and ($4::timestamptz is null or started_at >= $4) and ($5::timestamptz is null or started_at < $5)
  order by position desc limit $6`;
const LAST = `select record from saga_record where saga_id = $1 order by position desc limit 1`;

/** The tokens of what a step wrote serve readers of the moment only. */
const withoutTokens = (field: string, value: unknown): unknown => (field === 'token' ? undefined : value);

/** The runs of sagas that have ended, in the worker's database. */
export const sagaRecords = (pool: Pool) => ({
  store: async (record: SagaRecord): Promise<void> => {
    const { sagaId, runId, startedAt } = record;
    await pool.query(STORE, [sagaId, runId, startedAt, JSON.stringify(record, withoutTokens)]);
  },

  /** Those that ended last come first. */
  list: async (query: SagaRecordsQuery): Promise<SagaRecordPage> => {
    const { limit, cursor, correlationId, from, to, attention, ...equal } = query;
    const filter = JSON.stringify(defined({ ...equal, needsAttention: attention }));
    const { rows } = await pool.query<{ position: string; record: SagaRecordPage['records'][number] }>(LIST, [
      cursor,
      filter,
      correlationId,
      from,
      to,
      limit + 1,
    ]);
    const shown = rows.slice(0, limit);
    return {
      records: shown.map(({ record }) => record),
      ...(rows.length > limit && { next: shown.at(-1)!.position }),
    };
  },

  /** The last run. */
  find: async (sagaId: string): Promise<SagaRecordPage['records'][number] | undefined> => {
    const { rows } = await pool.query<{ record: SagaRecordPage['records'][number] }>(LAST, [sagaId]);
    return rows[0]?.record;
  },
});
export type SagaRecords = ReturnType<typeof sagaRecords>;

const path = z.object({ sagaId: z.string().min(1).max(200) });

/** `/saga-records`: internal routes, for operators through the gateway. */
export const sagaRecordRoutes = ({ list, find }: SagaRecords): Router => {
  const router = Router();
  router.use(operatorOnly);
  router.get('/', async (req, res) => void res.json(await list(parseQuery(sagaRecordsQuery, req.query))));
  router.get('/:sagaId', async (req, res) => {
    const { sagaId } = parseParams(path, req.params);
    const record = await find(sagaId);
    if (record === undefined) throw notFound(`record of the saga ${sagaId}`);
    res.json(record);
  });
  return router;
};
