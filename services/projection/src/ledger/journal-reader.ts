import { ledgerAccounts, type LedgerAccount } from '@bankside/contracts';
import { utcDayOf } from '@bankside/std';
import type { TrialBalance } from '@bankside/contracts/http';
import {
  parseCursor,
  serializeCursor,
  sortedField,
  tableOf,
  type ProjectionQueries,
  type ProjectionVersion,
} from '@bankside/projections';
import type { Pool } from 'pg';
import type { JournalEntry } from '../views/journal';
import { hourOf } from '../views/journal-hours';

export type EntriesRequest = Readonly<{
  ledgerAccount?: LedgerAccount | undefined;
  reference?: string | undefined;
  currency?: string | undefined;
  /** In UTC. */
  day?: string | undefined;
  /** Inclusive. */
  from?: string | undefined;
  /** Exclusive. */
  to?: string | undefined;
  oldestFirst: boolean;
  limit: number;
  after?: string | undefined;
}>;
type EntriesPage = Readonly<{ entries: readonly JournalEntry[]; next?: string }>;

const DAY = `(document->>'day')`;
const AT = sortedField('at');
/**
 * The day comes first, as in the index of the list by day. It is a prefix of the time, so this is the order of time.
 */
const PLACE = `(${DAY}, ${AT}, key)`;

type Statement = Readonly<{ text: string; values: readonly unknown[] }>;

/** A statement whose values are numbered as they are added. */
const parameters = () => {
  const values: unknown[] = [];
  return { values, given: (value: unknown): string => `$${values.push(value)}` };
};
type Given = ReturnType<typeof parameters>['given'];

const filters = (
  { ledgerAccount, reference, currency, day, from, to }: EntriesRequest,
  given: Given,
): readonly (string | undefined)[] => [
  ledgerAccount && `document->'ledgerAccounts' ? ${given(ledgerAccount)}`,
  reference && `document->'references' ? ${given(reference)}`,
  currency && `document->>'currency' = ${given(currency)}`,
  day && `${DAY} = ${given(day)}`,
  from && `(${DAY}, ${AT}) >= (${given(utcDayOf(from))}, ${given(from)})`,
  to && `(${DAY}, ${AT}) < (${given(utcDayOf(to))}, ${given(to)})`,
];

const behindCursor = (after: string, oldestFirst: boolean, given: Given): string => {
  const { sort, key } = parseCursor(after);
  return `${PLACE} ${oldestFirst ? '>' : '<'} (${given(utcDayOf(sort))}, ${given(sort)}, ${given(key)})`;
};

/** For `explain` in tests, too. */
export const entriesStatement = (version: ProjectionVersion, request: EntriesRequest): Statement => {
  const { oldestFirst, limit, after } = request;
  const { values, given } = parameters();
  const conditions = [...filters(request, given), after && behindCursor(after, oldestFirst, given)].filter(
    Boolean,
  );
  const direction = oldestFirst ? 'asc' : 'desc';
  const text = `select document from ${tableOf(version)}
    ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
    order by ${DAY} ${direction}, ${AT} ${direction}, key ${direction} limit ${given(limit)}`;
  return { text, values };
};

type TrialVersions = Readonly<{ entries: ProjectionVersion; hours: ProjectionVersion }>;

/** The sums of whole hours, and at a time the entries of its hour. */
export const trialBalanceStatement = (
  { entries, hours }: TrialVersions,
  at: string | undefined,
): Statement => {
  const { values, given } = parameters();
  const ofHours = `select document->>'currency' as currency, (document->>'entries')::bigint as entries, document->'balances' as balances
    from ${tableOf(hours)}`;
  const ofEntries = (time: string): string => {
    const hourStart = `${hourOf(time)}:00:00.000Z`;
    return `where document->>'hour' < ${given(hourOf(time))} union all
      select document->>'currency', 1, (
        select jsonb_object_agg(posting->>'ledgerAccount', posting->'amountCents')
        from jsonb_array_elements(document->'postings') as posting
      ) from ${tableOf(entries)}
      where (${DAY}, ${AT}) between (${given(utcDayOf(time))}, ${given(hourStart)}) and (${given(utcDayOf(time))}, ${given(time)})`;
  };
  const text = `with part as (${ofHours} ${at === undefined ? '' : ofEntries(at)})
    select currency, sum(entries)::float8 as entries, (
      select jsonb_object_agg(name, cents) from (
        select name, sum(amount::bigint) as cents from part as one, jsonb_each_text(one.balances) as balance(name, amount)
        where one.currency = part.currency group by name
      ) as summed
    ) as balances
    from part group by currency order by currency`;
  return { text, values };
};

type Total = Readonly<{
  currency: string;
  entries: number;
  balances: Readonly<Partial<Record<LedgerAccount, number>>>;
}>;

const currencyOf = ({ currency, balances }: Total): TrialBalance['currencies'][number] => {
  const accounts = ledgerAccounts.map((ledgerAccount) => ({
    ledgerAccount,
    balanceCents: balances[ledgerAccount] ?? 0,
  }));
  return { currency, accounts, sumCents: accounts.reduce((sum, { balanceCents }) => sum + balanceCents, 0) };
};

type Queries = Pick<ProjectionQueries, 'read'>;

/** Queries of the views `journal` and `journal-hours` across their documents. */
export const journalReader = (
  pool: Pool,
  { entries: ofEntries, hours: ofHours }: Readonly<{ entries: Queries; hours: Queries }>,
) => ({
  entries: async (request: EntriesRequest): Promise<EntriesPage> => {
    const { limit } = request;
    const rows = await ofEntries.read(
      async (version) => {
        const { text, values } = entriesStatement(version, { ...request, limit: limit + 1 });
        return (await pool.query<Readonly<{ document: JournalEntry }>>(text, [...values])).rows;
      },
      (found) => found.length === 0,
    );
    const entries = rows.slice(0, limit).map(({ document }) => document);
    const last = entries.at(-1);
    return { entries, ...(rows.length > limit && last && { next: serializeCursor(last.at, last.entry) }) };
  },
  /** The balances after all entries up to a time, or after all. */
  trialBalance: async (at: string | undefined): Promise<TrialBalance> => {
    const isNothing = (found: readonly Total[]): boolean => found.length === 0;
    const totals = await ofHours.read(
      (hours) =>
        ofEntries.read(async (entries) => {
          const { text, values } = trialBalanceStatement({ entries, hours }, at);
          return (await pool.query<Total>(text, [...values])).rows;
        }, isNothing),
      isNothing,
    );
    return {
      ...(at !== undefined && { at }),
      entries: totals.reduce((sum, { entries }) => sum + entries, 0),
      currencies: totals.map(currencyOf),
    };
  },
});
export type JournalReader = ReturnType<typeof journalReader>;
