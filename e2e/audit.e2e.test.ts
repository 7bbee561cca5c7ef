import type { ApiClient } from '@bankside/client';
import { owners } from '@bankside/contracts';
import { rowsOf } from '@bankside/tools';
import { shop, signInAs, wholeSystem, type Buyer } from './shop';

type Page = Readonly<{
  streams: number;
  commits: number;
  problems: readonly Readonly<{ stream: string; problem: string }>[];
  next?: number;
}>;

describe('the audit of a service', () => {
  const { addresses } = wholeSystem();
  let operator: ApiClient;
  let buyer: Buyer;

  /** Reads all pages of the audit of a service. */
  const audit = async (service: string): Promise<readonly Page[]> => {
    const pages: Page[] = [];
    for (let after: number | undefined = 0; after !== undefined;) {
      const { status, body } = await operator.get(`/api/audit/${service}?after=${after}`);
      expect(status).toBe(200);
      pages.push(body as unknown as Page);
      after = pages.at(-1)!.next;
    }
    return pages;
  };
  const query = (text: string, values?: readonly unknown[]) =>
    rowsOf<{ count: string }>(addresses.services['accounts']!.databaseUrl!, text, values);
  const total = (pages: readonly Page[], of: 'streams' | 'commits'): number =>
    pages.reduce((sum, page) => sum + page[of], 0);

  beforeAll(async () => {
    operator = await signInAs({ role: 'operator' });
    const teller = await signInAs({ role: 'teller' });
    buyer = await shop(teller).buyer(10_000);
    await shop(teller).order(buyer, await shop(teller).product(1_000, 5), 2);
    await teller.close();
  });
  afterAll(() => operator.close());

  it.each(owners)('finds every state of %s equal to the fold of its commits', async (service) => {
    const pages = await audit(service);
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('covers every stream and every commit', async () => {
    const pages = await audit('accounts');
    const [commits] = await query(`select count(*) from state where key like 's/%'`);
    const [streams] = await query(
      `select count(distinct split_part(key, '/', 2)) from state where key like 's/%'`,
    );
    expect(total(pages, 'commits')).toBe(Number(commits!.count));
    expect(total(pages, 'streams')).toBe(Number(streams!.count));
    expect(total(pages, 'streams')).toBeGreaterThan(0);
  });

  it('reports a snapshot that was tampered with', async () => {
    const stream = `account-${buyer.accountNumber}`;
    const state = (await operator.get(`/api/streams/accounts/${stream}?revision=1`)).body['state'] as object;
    const snapshot = { revision: 1, deciderVersion: 1, state: { ...state, balanceCents: 1_000_000 } };
    const key = `n/${stream}`;
    await query(
      `insert into state (key, value, etag) values ($1, convert_to($2, 'UTF8'), gen_random_uuid())`,
      [key, JSON.stringify(snapshot)],
    );
    expect((await audit('accounts')).flatMap(({ problems }) => problems)).toEqual([
      { stream, problem: 'its snapshot differs from the fold of its commits' },
    ]);
    await query('delete from state where key = $1', [key]);
  });
});
