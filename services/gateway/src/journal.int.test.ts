import type { Router as ExpressRouter } from 'express';
import { Router } from 'express';
import { echoService } from '../testing/echo-service';
import { startGateway, type TestGateway } from '../testing/gateway';

const entry = (number: number) => ({
  entry: `accounts/0/${number}`,
  at: `2026-01-31T10:00:0${number}.000Z`,
  event: 'accounts.money-deposited.v1',
  currency: number === 3 ? 'JPY' : 'EUR',
  references: ['ada', '1000000017'],
  postings: [
    { ledgerAccount: 'cash', amountCents: 1_234 },
    { ledgerAccount: 'customer-deposits', amountCents: -1_234 },
  ],
});

/** The entries of 31 January on two pages; the second page of 30 January fails; 29 January has no entries. */
const ledger = (): ExpressRouter => {
  const router = Router();
  router.get('/ledger/entries', ({ query: { day, cursor } }, res) => {
    if (day === '2026-01-29') return void res.json({ entries: [] });
    if (cursor === undefined) return void res.json({ entries: [entry(1), entry(2)], next: day });
    if (cursor === '2026-01-31') return void res.json({ entries: [entry(3)] });
    res.status(404).json({});
  });
  return router;
};

describe('the export of a day of the journal', () => {
  let service: Awaited<ReturnType<typeof echoService>>;
  let gateway: TestGateway;
  let operator: Record<string, string>;

  beforeAll(async () => {
    service = await echoService(ledger());
    gateway = await startGateway({ projection: service.port });
    operator = await gateway.bearer('operator');
  });
  afterAll(async () => {
    await gateway.close();
    await service.close();
  });

  const download = (day: string) =>
    fetch(`${gateway.url}/api/journal/export?day=${day}`, { headers: operator });

  it('has a line for each posting of all pages, in major units of its currency', async () => {
    const response = await download('2026-01-31');
    expect(response.headers.get('content-type')).toContain('text/csv');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename=journal-2026-01-31.csv');
    const at = '2026-01-31T10:00:0';
    const deposited = 'accounts.money-deposited.v1';
    expect((await response.text()).split('\r\n')).toEqual([
      'entry,at,event,account,debit,credit,currency,references',
      `accounts/0/1,${at}1.000Z,${deposited},cash,12.34,,EUR,ada 1000000017`,
      `accounts/0/1,${at}1.000Z,${deposited},customer-deposits,,12.34,EUR,ada 1000000017`,
      `accounts/0/2,${at}2.000Z,${deposited},cash,12.34,,EUR,ada 1000000017`,
      `accounts/0/2,${at}2.000Z,${deposited},customer-deposits,,12.34,EUR,ada 1000000017`,
      `accounts/0/3,${at}3.000Z,${deposited},cash,1234,,JPY,ada 1000000017`,
      `accounts/0/3,${at}3.000Z,${deposited},customer-deposits,,1234,JPY,ada 1000000017`,
      '',
    ]);
    const { searchParams } = new URL(service.seen.at(-1)!.path, 'http://service');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      day: '2026-01-31',
      oldestFirst: 'true',
    });
  });

  it('has only the header on a day without entries', async () => {
    expect(await (await download('2026-01-29')).text()).toBe(
      'entry,at,event,account,debit,credit,currency,references\r\n',
    );
  });

  it('is cut off when a later page cannot be read, so that it does not look complete', async () => {
    // The connection may close before the first page has left.
    const text = download('2026-01-30').then((response) => response.text());
    await expect(text).rejects.toThrow(/^(terminated|fetch failed)$/);
  });

  it.each(['', '?day=2026-02-30', '?day=yesterday', '?day=2026-01-31T00:00:00Z', '?day=2026-01-31&x=1'])(
    'is rejected: %s',
    async (query) => {
      const before = service.seen.length;
      const response = await fetch(`${gateway.url}/api/journal/export${query}`, { headers: operator });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ type: '/problems/invalid-request' });
      expect(service.seen.filter(({ path }) => path.startsWith('/ledger')).length).toBe(
        service.seen.slice(0, before).filter(({ path }) => path.startsWith('/ledger')).length,
      );
    },
  );
});

describe('the reconciliation of a day of cash', () => {
  const OF = '?day=2026-01-31&currency=EUR';
  const CSV = 'date,amount,currency,reference\n';
  const key = (number: number): string => `accounts/0/00000000000${number}`;
  let service: Awaited<ReturnType<typeof echoService>>;
  let gateway: TestGateway;
  let operator: Record<string, string>;

  beforeAll(async () => {
    const entries = [1, 2].map((number) => ({ ...entry(number), entry: key(number) }));
    const router = Router();
    router.get('/ledger/entries', ({ query: { cursor } }, res) => {
      res.json(cursor === undefined ? { entries: [entries[0]], next: 'more' } : { entries: [entries[1]] });
    });
    service = await echoService(router);
    gateway = await startGateway({ projection: service.port }, { strict: true });
    operator = await gateway.bearer('operator');
  });
  afterAll(async () => {
    await gateway.close();
    await service.close();
  });

  const reconcile = async (
    file: string | Uint8Array,
    { query = OF, type = 'text/csv', headers = {} }: { query?: string; type?: string; headers?: object } = {},
  ) => {
    const response = await fetch(`${gateway.url}/api/journal/reconciliation${query}`, {
      method: 'POST',
      headers: { ...operator, 'content-type': type, ...headers },
      body: file,
    });
    return { status: response.status, body: (await response.json()) as object };
  };

  it('pairs the lines of a file with the entries of all pages, and sums up both sides', async () => {
    const file = `\ufeff${CSV}2026-01-31,12.34,EUR,${key(1)}\n2026-01-31,-1,EUR,\n`;
    const { status, body } = await reconcile(file);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      day: '2026-01-31',
      currency: 'EUR',
      ledgerAccount: 'cash',
      toleranceDays: 0,
      journal: { count: 2, debitCents: 2_468, creditCents: 0, sumCents: 2_468 },
      statement: { count: 2, debitCents: 1_234, creditCents: 100, sumCents: 1_134 },
      matched: { count: 1, items: [{ rule: 'reference', entry: { entry: key(1) }, line: { line: 2 } }] },
      differing: { count: 0, items: [] },
      onlyInJournal: { count: 1, items: [{ entry: key(2), amountCents: 1_234 }] },
      onlyInStatement: { count: 1, items: [{ line: 3, amountCents: -100 }] },
    });
    const { searchParams } = new URL(service.seen.at(-2)!.path, 'http://service');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      ledgerAccount: 'cash',
      currency: 'EUR',
      from: '2026-01-30T00:00:00Z',
      to: '2026-02-02T00:00:00Z',
    });
  });

  it('finds no difference to the export of the journal', async () => {
    const rows = [1, 2].flatMap((number) => {
      const row = (rest: string): string =>
        `${key(number)},2026-01-31T10:00:00.000Z,accounts.money-deposited.v1,${rest},EUR,ada`;
      return [row('cash,12.34,'), row('customer-deposits,,12.34')];
    });
    const file = ['entry,at,event,account,debit,credit,currency,references', ...rows, ''].join('\r\n');
    expect(await reconcile(file)).toMatchObject({
      status: 200,
      body: { matched: { count: 2 }, onlyInJournal: { count: 0 }, onlyInStatement: { count: 0 } },
    });
  });

  it.each(['application/xml', 'text/xml'])('reads CAMT.053 as %s', async (type) => {
    const camt = '<Document><BkToCstmrStmt><Stmt></Stmt></BkToCstmrStmt></Document>';
    expect(await reconcile(camt, { type })).toMatchObject({ body: { statement: { count: 0 } } });
  });

  const BOMB = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Document>&b;</Document>';
  it.each([
    ['a line of another currency', 400, `${CSV}2026-01-31,1,USD,`, {}],
    ['a line of another day', 400, `${CSV}2026-01-30,1,EUR,`, {}],
    ['a malformed file', 400, '<Document>', { type: 'text/xml' }],
    ['entities', 400, BOMB, { type: 'application/xml' }],
    ['no file', 400, '', {}],
    ['another character set', 415, CSV, { type: 'text/csv; charset=iso-8859-1' }],
    ['a day of no era', 400, CSV, { query: '?day=0000-01-01&currency=EUR' }],
    ['bytes that are not UTF-8', 400, Buffer.from(`${CSV}2026-01-31,1,EUR,\xe9`, 'latin1'), {}],
    ['an unknown currency', 400, CSV, { query: '?day=2026-01-31&currency=EURO' }],
    ['no day', 400, CSV, { query: '?currency=EUR' }],
    ['a day that does not exist', 400, CSV, { query: '?day=2026-02-30&currency=EUR' }],
    ['a tolerance of many days', 400, CSV, { query: `${OF}&toleranceDays=8` }],
    ['an unknown parameter', 400, CSV, { query: `${OF}&account=sales` }],
    ['JSON', 415, '{}', { type: 'application/json' }],
    ['a compressed file', 415, CSV, { headers: { 'content-encoding': 'gzip' } }],
    ['a file that is too large', 413, Buffer.alloc(4_194_305, 'a'), {}],
  ])('rejects %s', async (_, status, file, options) => {
    const before = service.seen.filter(({ path }) => path.startsWith('/ledger')).length;
    const response = await reconcile(file, options);
    expect(response).toMatchObject({ status, body: { type: expect.stringContaining('/problems/') } });
    expect(service.seen.filter(({ path }) => path.startsWith('/ledger')).length).toBe(before);
  });

  it('names the line that is not UTF-8', async () => {
    const file = Buffer.from(`${CSV}2026-01-31,1,EUR,\n2026-01-31,1,EUR,\xe9\n`, 'latin1');
    expect(await reconcile(file)).toMatchObject({ status: 400, body: { errors: [{ pointer: 'line:3' }] } });
  });

  it('rejects a file of unknown length as soon as it is too large', async () => {
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(97)),
    });
    const response = await fetch(`${gateway.url}/api/journal/reconciliation${OF}`, {
      method: 'POST',
      headers: { ...operator, 'content-type': 'text/csv' },
      body: endless,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
  });
});
