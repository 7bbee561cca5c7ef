import { majorUnits } from '@bankside/contracts';
import { MAX_LISTED, type JournalEntry, type journalOperations } from '@bankside/contracts/http';
import { badRequest } from '@bankside/http';
import { Outage } from '@bankside/dapr';
import { utcDayOf } from '@bankside/std';
import { Readable } from 'node:stream';
import { readCamt } from '../reconciliation/camt';
import { EXPORT_COLUMNS, readCsv } from '../reconciliation/csv';
import { daysAfter, reconcile, type CashEntry } from '../reconciliation/reconcile';
import type { RequestContext } from '../request-context';
import type { Handlers } from '../router';
import { ok, type Upstream } from '../upstream';
import { withQuery } from '../with-query';

const SERVICE = 'projection';
/** Entries that are read at a time. */
const PAGE_ENTRIES = 1_000;

/** No field needs quotes: names and identifiers have neither commas nor quotes, and begin with a letter or digit. */
const linesOf = ({ entry, at, event, currency, references, postings }: JournalEntry): string =>
  postings
    .map(({ ledgerAccount, amountCents }) => {
      const amount = majorUnits(Math.abs(amountCents), currency);
      const [debit, credit] = amountCents < 0 ? ['', amount] : [amount, ''];
      return `${[entry, at, event, ledgerAccount, debit, credit, currency, references.join(' ')].join(',')}\r\n`;
    })
    .join('');

const CASH = 'cash';
/** The most entries that a reconciliation reads. */
const MAX_ENTRIES = 200_000;
const BOM = '\ufeff';

const sumsOf = (moved: readonly Readonly<{ amountCents: number }>[]) => {
  const side = (sign: 1 | -1): number =>
    moved.reduce((sum, { amountCents }) => sum + Math.max(0, sign * amountCents), 0);
  const [debitCents, creditCents] = [side(1), side(-1)];
  return { count: moved.length, debitCents, creditCents, sumCents: debitCents - creditCents };
};

const listed = <T>(items: readonly T[]) => ({ count: items.length, items: items.slice(0, MAX_LISTED) });

const cashOf = ({ entry, at, event, postings }: JournalEntry): CashEntry => ({
  entry,
  at,
  event,
  amountCents: postings.reduce(
    (sum, { ledgerAccount, amountCents }) => (ledgerAccount === CASH ? sum + amountCents : sum),
    0,
  ),
});

type Page = Readonly<{ entries: readonly JournalEntry[]; next?: string }>;

export const journalHandlers = ({ get }: Upstream): Pick<Handlers, keyof typeof journalOperations> => {
  const entriesOf = (query: Readonly<Record<string, string>>, call: RequestContext, cursor?: string) =>
    get(
      SERVICE,
      withQuery('ledger/entries', { ...query, oldestFirst: 'true', limit: PAGE_ENTRIES, cursor }),
      call,
    );

  /** @throws Error when a later page cannot be read */
  async function* pages(
    query: Readonly<Record<string, string>>,
    call: RequestContext,
    first: Page,
  ): AsyncGenerator<readonly JournalEntry[]> {
    for (let page = first; ;) {
      yield page.entries;
      if (page.next === undefined) return;
      const { status, body } = await entriesOf(query, call, page.next);
      if (status !== 200) throw new Outage(`The journal responded with ${status}`);
      page = body as Page;
    }
  }

  async function* csv(day: string, call: RequestContext, first: Page): AsyncGenerator<string> {
    yield `${EXPORT_COLUMNS.join(',')}\r\n`;
    for await (const entries of pages({ day }, call, first)) yield entries.map(linesOf).join('');
  }

  return {
    listJournalEntries: ({ query, ...call }) => get(SERVICE, withQuery('ledger/entries', query), call),
    getTrialBalance: ({ query, ...call }) => get(SERVICE, withQuery('ledger/trial-balance', query), call),
    exportJournal: async ({ query: { day }, ...call }) => {
      const first = await entriesOf({ day }, call);
      if (first.status !== 200) return first;
      return {
        stream: async (res) => {
          res.type('text/csv').attachment(`journal-${day}.csv`);
          const lines = Readable.from(csv(day, call, first.body as Page));
          // A failure closes the connection without the last chunk, so that the reader knows that the export is incomplete.
          lines.once('error', () => res.destroy());
          res.once('close', () => lines.destroy());
          lines.pipe(res); // With those of `pipeline`, a response would have so many listeners that Node warns of a leak.
        },
      };
    },
    reconcileCash: async ({ query: { day, currency, toleranceDays }, file, req, ...call }) => {
      const text = file.toString('utf8');
      const content = text.startsWith(BOM) ? text.slice(1) : text;
      const lines = await (req.is('text/csv') ? readCsv : readCamt)(content, { day, currency });
      // A line may name an entry of the day before or after, whatever the tolerance.
      const around = Math.max(1, toleranceDays);
      const query = {
        ledgerAccount: CASH,
        currency,
        from: `${daysAfter(day, -around)}T00:00:00Z`,
        to: `${daysAfter(day, around + 1)}T00:00:00Z`,
      };
      const first = await entriesOf(query, call);
      if (first.status !== 200) return first;
      const entries: CashEntry[] = [];
      for await (const page of pages(query, call, first.body as Page)) {
        entries.push(...page.map(cashOf));
        if (entries.length > MAX_ENTRIES)
          throw badRequest(`The journal has more than ${MAX_ENTRIES} entries of these days.`, []);
      }
      const { matched, differing, onlyInJournal, onlyInStatement } = reconcile(entries, lines, {
        day,
        toleranceDays,
      });
      return ok({
        day,
        currency,
        ledgerAccount: CASH,
        toleranceDays,
        journal: sumsOf(entries.filter(({ at }) => utcDayOf(at) === day)),
        statement: sumsOf(lines),
        matched: listed(matched),
        differing: listed(differing),
        onlyInJournal: listed(onlyInJournal),
        onlyInStatement: listed(onlyInStatement),
      });
    },
  };
};
