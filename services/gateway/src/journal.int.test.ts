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
    const answer = await download('2026-01-31');
    expect(answer.headers.get('content-type')).toContain('text/csv');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=journal-2026-01-31.csv');
    const at = '2026-01-31T10:00:0';
    const deposited = 'accounts.money-deposited.v1';
    expect((await answer.text()).split('\r\n')).toEqual([
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
    const answer = await download('2026-01-30');
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  it.each(['', '?day=2026-02-30', '?day=yesterday', '?day=2026-01-31T00:00:00Z', '?day=2026-01-31&x=1'])(
    'is rejected: %s',
    async (query) => {
      const before = service.seen.length;
      const answer = await fetch(`${gateway.url}/api/journal/export${query}`, { headers: operator });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ type: '/problems/invalid-request' });
      expect(service.seen.filter(({ path }) => path.startsWith('/ledger')).length).toBe(
        service.seen.slice(0, before).filter(({ path }) => path.startsWith('/ledger')).length,
      );
    },
  );
});
