import type { AuditEntry, AuditLogQuery } from '@bankside/contracts/http';
import { Outage } from '@bankside/dapr';
import { withTimeout } from '@bankside/std';
import { batches, type Settle } from '@bankside/std/batches';
import type { Pool } from 'pg';

export type AuditedAction = Readonly<{
  subject: string;
  roles: readonly string[];
  /** The `operationId` of the call. */
  action: string;
  /** Parameters of the call, without personal data. */
  targets: Readonly<Record<string, unknown>>;
  /** The customers whom the call names. */
  customers: readonly string[];
  reason?: string | undefined;
  traceId: string;
}>;

export type AuditedOutcome = Readonly<{
  status: number;
  problem?: string | undefined;
  /** The customers in the response. */
  customers: readonly string[];
}>;

type AuditPage = Readonly<{ entries: readonly AuditEntry[]; next?: string }>;

/** The record of what staff do. Entries are added and read, and never changed. */
export type AuditLog = Readonly<{
  /** Records an action before it runs. @returns its id @throws Outage when it is not certain that the record is kept */
  begin: (action: AuditedAction) => Promise<string>;
  end: (actionId: string, outcome: AuditedOutcome) => Promise<void>;
  /** Records an action that has run, with its outcome. @throws Outage as `begin` */
  record: (action: AuditedAction, outcome: AuditedOutcome) => Promise<void>;
  /** Newest first. */
  list: (query: AuditLogQuery) => Promise<AuditPage>;
}>;

/** Entries of one insert, and concurrent inserts: a crowd of readers shares the next one. */
const MAX_BATCH = 100;
const IN_FLIGHT = 1;
/** A database that does not respond must not hold up staff for longer. */
const TIMEOUT_MS = 3_000;

const ACTION = `insert into audit_action (subject, roles, action, targets, customers, reason, trace_id)
  values ($1, $2, $3, $4, $5, $6, $7) returning action_id as "actionId"`;
const OUTCOME = `insert into audit_outcome (action_id, status, problem, customers) values ($1, $2, $3, $4)`;
/** Actions that have run, with their outcomes. */
const ENTRIES = `
  with given as materialized (
    select gen_random_uuid() as action_id, entry.* from jsonb_to_recordset($1::jsonb) as entry(
      subject text, roles text[], action text, targets jsonb, customers text[], reason text, "traceId" text,
      status int, problem text, found text[])
  ), begun as (
    insert into audit_action (action_id, subject, roles, action, targets, customers, reason, trace_id)
    select action_id, subject, roles, action, targets, customers, reason, "traceId" from given
  )
  insert into audit_outcome (action_id, status, problem, customers)
  select action_id, status, problem, found from given`;
const LIST = `
  select a.position, a.at, a.subject, a.roles, a.action, a.targets, a.reason, a.trace_id as "traceId",
    o.at as "endedAt", o.status, o.problem, coalesce(o.customers, '{}') as customers
  from audit_action a left join audit_outcome o using (action_id)
  where ($1::bigint is null or a.position < $1) and ($2::text is null or a.subject = $2)
    and ($3::text is null or a.action = $3) and ($4::timestamptz is null or a.at >= $4)
    and ($5::timestamptz is null or a.at < $5)
    and ($6::text is null or a.customers @> array[$6] or o.customers @> array[$6])
    and ($7::text is null or a.targets ->> 'sagaId' = $7)
  order by a.position desc limit $8`;

type Row = Readonly<{
  position: string;
  at: Date;
  endedAt: Date | null;
  subject: string;
  roles: AuditEntry['roles'];
  action: string;
  targets: AuditEntry['targets'];
  customers: string[];
  reason: string | null;
  traceId: string;
  status: number | null;
  problem: string | null;
}>;

const toEntry = ({ position: _position, at, endedAt, reason, status, problem, ...row }: Row): AuditEntry => ({
  ...row,
  at: at.toISOString(),
  ...(reason !== null && { reason }),
  ...(endedAt !== null && { endedAt: endedAt.toISOString() }),
  ...(status !== null && { status }),
  ...(problem !== null && { problem }),
});

/** JSON that PostgreSQL stores: it has no character for NUL, nor for half of a surrogate pair. */
const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'string' ? inner.replaceAll(/[\p{Cc}\p{Cs}]/gu, '\u{FFFD}') : inner,
  );

const valuesOf = ({
  subject,
  roles,
  action,
  targets,
  customers,
  reason,
  traceId,
}: AuditedAction): unknown[] => [subject, roles, action, jsonOf(targets), customers, reason, traceId];

const orOutage = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await withTimeout(work, TIMEOUT_MS, () => new Error(`no response within ${TIMEOUT_MS} ms`));
  } catch (cause) {
    throw new Outage('The audit log does not respond, and nothing happens without its record.', { cause });
  }
};

type Entry = Readonly<{ action: AuditedAction; outcome: AuditedOutcome }>;

const rowOf = ({ action, outcome: { customers, ...outcome } }: Entry): object => ({
  ...action,
  ...outcome,
  found: customers,
});

/** Records entries that arrive together in one insert. */
const entryWriter = (pool: Pool) => {
  const add = batches<Entry & Settle<void>>({
    take: (waiting) => waiting.splice(0, MAX_BATCH),
    inFlight: IN_FLIGHT,
    run: async (batch) => {
      try {
        await orOutage(pool.query(ENTRIES, [jsonOf(batch.map(rowOf))]));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    },
  });
  return (entry: Entry): Promise<void> =>
    new Promise((resolve, reject) => add({ ...entry, resolve, reject }));
};

/** Needs the tables of `auditLogMigrations`. */
export const auditLog = (pool: Pool): AuditLog => {
  const write = entryWriter(pool);
  return {
    begin: async (action) => {
      const { rows } = await orOutage(pool.query<{ actionId: string }>(ACTION, valuesOf(action)));
      return rows[0]!.actionId;
    },
    end: async (actionId, { status, problem, customers }) => {
      await orOutage(pool.query(OUTCOME, [actionId, status, problem, customers]));
    },
    record: (action, outcome) => write({ action, outcome }),
    list: async ({ cursor, subject, action, from, to, customerId, sagaId, limit }) => {
      const filters = [cursor, subject, action, from, to, customerId, sagaId];
      const { rows } = await orOutage(pool.query<Row>(LIST, [...filters, limit + 1]));
      const shown = rows.slice(0, limit);
      return {
        entries: shown.map(toEntry),
        ...(rows.length > limit && { next: shown.at(-1)!.position }),
      };
    },
  };
};
