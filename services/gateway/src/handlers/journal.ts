import { majorUnits } from '@bankside/contracts';
import type { JournalEntry, journalOperations } from '@bankside/contracts/http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestContext } from '../request-context';
import type { Handlers } from '../router';
import type { ApiResponse, Upstream } from '../upstream';
import { withQuery } from '../with-query';

const SERVICE = 'projection';
/** Entries that an export reads at a time. */
const PAGE_ENTRIES = 1_000;

const COLUMNS = ['entry', 'at', 'event', 'account', 'debit', 'credit', 'currency', 'references'];

/** No field needs quotes: names and identifiers have neither commas nor quotes, and begin with a letter or digit. */
const linesOf = ({ entry, at, event, currency, references, postings }: JournalEntry): string =>
  postings
    .map(({ ledgerAccount, amountCents }) => {
      const amount = majorUnits(Math.abs(amountCents), currency);
      const [debit, credit] = amountCents < 0 ? ['', amount] : [amount, ''];
      return `${[entry, at, event, ledgerAccount, debit, credit, currency, references.join(' ')].join(',')}\r\n`;
    })
    .join('');

type Page = Readonly<{ entries: readonly JournalEntry[]; next?: string }>;

export const journalHandlers = ({ get }: Upstream): Pick<Handlers, keyof typeof journalOperations> => {
  const entriesOfDay = (day: string, call: RequestContext, cursor?: string): Promise<ApiResponse> =>
    get(
      SERVICE,
      withQuery('ledger/entries', { day, oldestFirst: 'true', limit: PAGE_ENTRIES, cursor }),
      call,
    );

  /** @throws Error when a later page cannot be read */
  async function* csv(day: string, call: RequestContext, first: Page): AsyncGenerator<string> {
    yield `${COLUMNS.join(',')}\r\n`;
    for (let page = first; ;) {
      yield page.entries.map(linesOf).join('');
      if (page.next === undefined) return;
      const { status, body } = await entriesOfDay(day, call, page.next);
      if (status !== 200) throw new Error(`the journal was answered with ${status}`);
      page = body as Page;
    }
  }

  return {
    listJournalEntries: ({ query, ...call }) => get(SERVICE, withQuery('ledger/entries', query), call),
    getTrialBalance: ({ query, ...call }) => get(SERVICE, withQuery('ledger/trial-balance', query), call),
    exportJournal: async ({ query: { day }, ...call }) => {
      const first = await entriesOfDay(day, call);
      if (first.status !== 200) return first;
      return {
        stream: async (res) => {
          res.type('text/csv').attachment(`journal-${day}.csv`);
          // A failure closes the connection without the last chunk, so that the reader knows that the export is incomplete.
          await pipeline(Readable.from(csv(day, call, first.body as Page)), res).catch(() => undefined);
        },
      };
    },
  };
};
