import { ledgerAccounts } from '@bankside/contracts';
import type { TrialBalance } from '@bankside/contracts/http';
import { feedOf, foldAll, history, type Replicas } from '@bankside/projections/testing';
import { startProjection, type StartedProjection } from '../testing/start-projection';
import { journal, type JournalEntry } from '../views/journal';
import { journalHours } from '../views/journal-hours';
import { entriesStatement, trialBalanceStatement } from './journal-reader';

jest.setTimeout(120_000);

const events = feedOf(history(60));
const expected = ([...foldAll(journal, events).values()] as JournalEntry[]).sort((a, b) =>
  a.at === b.at ? (a.entry < b.entry ? -1 : 1) : a.at < b.at ? -1 : 1,
);
const newestFirst = expected.toReversed();

describe('the ledger on its real database', () => {
  let system: Replicas;
  let started: StartedProjection;
  let url: string;

  const get = async (path: string) => {
    const response = await fetch(`${url}/ledger/${path}`);
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
  };
  const entriesOf = async (query: string): Promise<readonly JournalEntry[]> => {
    const seen: JournalEntry[] = [];
    for (let cursor = ''; ;) {
      const { status, body } = await get(`entries?limit=7${query}${cursor}`);
      expect(status).toBe(200);
      seen.push(...(body['entries'] as JournalEntry[]));
      if (body['next'] === undefined) return seen;
      cursor = `&cursor=${body['next'] as string}`;
    }
  };
  const trialBalance = async (query = ''): Promise<TrialBalance> => {
    const { status, body } = await get(`trial-balance${query}`);
    expect(status).toBe(200);
    return body as unknown as TrialBalance;
  };

  beforeAll(async () => {
    started = await startProjection('ledger', [journal, journalHours], events);
    ({ system, url } = started);
    expect(expected.length).toBeGreaterThan(100);
  });
  afterAll(() => started.stop());

  it('lists every entry once, newest first or oldest first', async () => {
    expect(await entriesOf('')).toEqual(newestFirst);
    expect(await entriesOf('&oldestFirst=true')).toEqual(expected);
  });

  it('lists entries by account of the chart, reference, currency and time, in any combination', async () => {
    const [from, to] = [expected[40]!.at, expected[120]!.at];
    const inTime = newestFirst.filter(({ at }) => at >= from && at < to);
    expect(inTime.length).toBeGreaterThan(20);
    expect(await entriesOf(`&from=${from}&to=${to}`)).toEqual(inTime);
    const ofOrder = newestFirst.filter(({ references }) => references.includes('order-1'));
    expect(ofOrder.length).toBeGreaterThan(1);
    expect(await entriesOf('&reference=order-1')).toEqual(ofOrder);
    const charges = inTime.filter(
      ({ ledgerAccounts, currency, references }) =>
        ledgerAccounts.includes('card-receivables') &&
        currency === 'EUR' &&
        references.includes('customer-0'),
    );
    expect(charges.length).toBeGreaterThan(0);
    const all = `&from=${from}&to=${to}&ledgerAccount=card-receivables&currency=EUR&reference=customer-0`;
    expect(await entriesOf(all)).toEqual(charges);
    expect(await entriesOf('&currency=JPY')).toEqual([]);
    expect(await entriesOf('&day=2026-01-01')).toEqual(newestFirst.filter(({ day }) => day === '2026-01-01'));
    expect(await entriesOf('&day=2025-12-31')).toEqual([]);
  });

  it('returns the trial balance at any time, whose sum is 0', async () => {
    const times = [...new Set(expected.map(({ at }) => at))].filter((_at, index) => index % 9 === 0);
    expect(times.length).toBeGreaterThan(10);
    const last = expected.at(-1)!.at;
    for (const at of [...times, last, `${last.slice(0, 'yyyy-mm-ddThh'.length)}:59:59.999Z`]) {
      const until = expected.filter((entry) => entry.at <= at);
      const balances = new Map<string, number>(
        until.flatMap(({ currency }) => ledgerAccounts.map((name) => [`${currency} ${name}`, 0] as const)),
      );
      for (const { currency, postings } of until)
        for (const { ledgerAccount, amountCents } of postings) {
          const key = `${currency} ${ledgerAccount}`;
          balances.set(key, balances.get(key)! + amountCents);
        }
      const found = await trialBalance(`?at=${at}`);
      expect(found).toMatchObject({ at, entries: until.length });
      expect(found.currencies.every(({ sumCents }) => sumCents === 0)).toBe(true);
      const flat = found.currencies.flatMap(({ currency, accounts }) =>
        accounts.map(
          ({ ledgerAccount, balanceCents }) => [`${currency} ${ledgerAccount}`, balanceCents] as const,
        ),
      );
      expect(new Map(flat)).toEqual(balances);
    }
    expect(await trialBalance('?at=2000-01-01T00:00:00Z')).toMatchObject({ entries: 0, currencies: [] });
    const { currencies } = await trialBalance(`?at=${last}`);
    expect(await trialBalance()).toEqual({ entries: expected.length, currencies });
  });

  it.each([
    'entries?ledgerAccount=savings',
    'entries?reference=%00',
    'entries?currency=EURO',
    'entries?from=yesterday',
    'entries?to=2026-02-30T00:00:00Z',
    'entries?day=2026-02-30',
    'entries?limit=0',
    'entries?limit=1001',
    'entries?cursor=nonsense',
    'entries?unknown=1',
    'trial-balance?at=2026',
    'trial-balance?at=2026-01-01',
    'trial-balance?on=2026-01-01T00:00:00Z',
  ])('rejects %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } });
  });

  it('reads pages and days from an index', async () => {
    const client = await system.pool.connect();
    const version = { projection: journal, number: 1 };
    const plan = async ({ text, values }: Readonly<{ text: string; values: readonly unknown[] }>) =>
      JSON.stringify((await client.query(`explain (format json) ${text}`, [...values])).rows);
    try {
      await client.query('set enable_seqscan = off');
      const page = { oldestFirst: false, limit: 10 };
      const after = JSON.stringify([expected[9]!.at, expected[9]!.entry]);
      for (const request of [
        page,
        { ...page, after },
        { ...page, oldestFirst: true, from: expected[9]!.at },
      ]) {
        const found = await plan(entriesStatement(version, request));
        expect(found).toContain('journal_1_by_day');
        expect(found).not.toMatch(/Sort|Seq Scan/);
      }
      expect(await plan(entriesStatement(version, { ...page, reference: 'order-1' }))).toContain('Index');
      expect(
        await plan(
          trialBalanceStatement(
            { entries: version, hours: { projection: journalHours, number: 1 } },
            expected[9]!.at,
          ),
        ),
      ).toContain('journal_1_by_day');
    } finally {
      client.release(true);
    }
  });
});
