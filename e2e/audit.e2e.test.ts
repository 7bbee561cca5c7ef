import { randomUUID } from 'node:crypto';
import { runAudit } from '@bankside/audit';
import type { ApiClient } from '@bankside/client';
import { owners } from '@bankside/contracts';
import { rowsOf, until } from '@bankside/tools';
import { shop, signInAs, throughSidecar, wholeSystem, type Buyer } from './shop';

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
    // Sagas of other tests may still commit.
    await until(
      async () => {
        const pages = await audit('accounts');
        const [commits] = await query(`select count(*) from state where key like 's/%'`);
        const [streams] = await query(
          `select count(distinct split_part(key, '/', 2)) from state where key like 's/%'`,
        );
        expect(total(pages, 'commits')).toBe(Number(commits!.count));
        expect(total(pages, 'streams')).toBe(Number(streams!.count));
        expect(total(pages, 'streams')).toBeGreaterThan(0);
      },
      { what: 'An audit without commits meanwhile', timeoutMs: 30_000 },
    );
  });

  it('reports a snapshot that was tampered with', async () => {
    const stream = `account-${buyer.accountNumber}`;
    const state = (await operator.get(`/api/streams/accounts/${stream}?revision=1`)).body['state'] as object;
    const snapshot = { revision: 1, deciderVersion: 3, state: { ...state, balanceCents: 1_000_000 } };
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

describe('the audit of the whole system', () => {
  const WITHIN_MS = 30_000;
  /** Shorter than an operator's audit: sagas that other tests have aborted make each one read again. */
  const PAUSE_MS = 300;
  const { addresses } = wholeSystem();
  let operator: ApiClient;
  let teller: ApiClient;
  let buyer: Buyer;
  let sku: string;

  /** Each audit reads the whole system, so one finds all that is broken here, and another that all is repaired. */
  let broken: readonly string[];
  let repaired: readonly string[];
  let withdrawnFor: string;
  let unstarted: string;
  const problems = async (): Promise<readonly string[]> => {
    const results = await runAudit({ get: (path) => operator.get(path), test: { pauseMs: PAUSE_MS } });
    expect(results.length).toBeGreaterThan(owners.length * 2);
    return results.flatMap((result) => result.problems);
  };
  /** Other tests leave sagas behind that were aborted on purpose, so only problems that a name occurs in count. */
  const naming = (found: readonly string[], name: string): readonly string[] =>
    found.filter((problem) => problem.includes(name));
  /** Queries a database as a role that the running service does not have. */
  const asSuperuser = <R extends object>(service: string, text: string): Promise<readonly R[]> => {
    const url = new URL(addresses.postgresUrl);
    url.pathname = new URL(addresses.services[service]!.databaseUrl!).pathname;
    return rowsOf<R>(url.toString(), text);
  };
  const asWorker = async (service: string, path: string, body: object): Promise<void> => {
    const response = await throughSidecar('worker', `invoke/${service}/method/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        'correlation-id': randomUUID(),
      },
      body: JSON.stringify(body),
    });
    expect(response.status).toBeLessThan(300);
  };

  /** Replaces text in the second commit of the account. */
  const rewrite = (from: string, to: string) =>
    asSuperuser(
      'accounts',
      `alter table state disable trigger commits_are_final;
       update state set value = convert_to(replace(convert_from(value, 'UTF8'), '${from}', '${to}'), 'UTF8')
       where key = 's/account-${buyer.accountNumber}/0000000002';
       alter table state enable trigger commits_are_final`,
    );
  /** Places an order that the worker takes for one that it has read. */
  const orderWithoutSaga = async (): Promise<string> => {
    const move = (by: number, where = 'true'): Promise<unknown> =>
      asSuperuser(
        'worker',
        `update consumer_position set position = position + ${by} where source = 'orders' and ${where}`,
      );
    const places = 'partition, max(position)::int as position';
    await until(
      async () => {
        const heads = await asSuperuser('orders', `select ${places} from feed group by partition order by 1`);
        const read = await asSuperuser(
          'worker',
          `select ${places} from consumer_position where source = 'orders' group by partition order by 1`,
        );
        expect(read).toEqual(heads);
      },
      { what: 'The worker at the heads of the feed of orders', timeoutMs: WITHIN_MS },
    );
    await move(1);
    const { customerId, accountNumber } = buyer;
    const lines = [{ sku, quantity: 1 }];
    const body = { customerId, lines, payWith: { account: accountNumber } };
    const placed = await teller.post('/api/orders', randomUUID(), body);
    const orderId = String(placed.body['orderId']);
    const fed = () =>
      asSuperuser<{ partition: number }>(
        'orders',
        `select partition from feed where stream = 'order-${orderId}'`,
      );
    await until(async () => expect(await fed()).not.toEqual([]), {
      what: 'The order in the feed',
      timeoutMs: WITHIN_MS,
    });
    const [row] = await fed();
    await move(-1, `partition <> ${row!.partition}`);
    return orderId;
  };

  beforeAll(async () => {
    operator = await signInAs({ role: 'operator' });
    teller = await signInAs({ role: 'teller' });
    buyer = await shop(teller).buyer(10_000);
    sku = await shop(teller).product(1_000, 50);
    await shop(teller).order(buyer, sku, 1);
    const withdrawals = `accounts/${buyer.accountNumber}/withdrawals`;
    withdrawnFor = randomUUID();
    const money = { amountCents: 500, currency: 'EUR', customerId: buyer.customerId };
    await asWorker('accounts', withdrawals, { withdrawalId: withdrawnFor, orderId: withdrawnFor, ...money });
    unstarted = await orderWithoutSaga();
    await rewrite('"amountCents":10000', '"amountCents":90000');
    broken = await problems();
    await rewrite('"amountCents":90000', '"amountCents":10000');
    await asWorker('accounts', `${withdrawals}/${withdrawnFor}/cancellation`, {});
    await asWorker('orders', `orders/${unstarted}/cancellation`, { reason: 'decided-by-staff' });
    repaired = await problems();
  });
  afterAll(() => Promise.all([operator.close(), teller.close()]));

  it('finds the heads of all services that an order has written to, kept by their consumers', async () => {
    const sourcesOf = async (): Promise<ReadonlySet<string>> => {
      const { body } = await operator.get('/api/witnessed-heads');
      const services = body['services'] as readonly Readonly<{
        heads: readonly Readonly<{ source: string; signed: boolean }>[];
      }>[];
      const heads = services.flatMap((one) => one.heads);
      expect(heads.filter(({ signed }) => !signed)).toEqual([]);
      return new Set(heads.map(({ source }) => source));
    };
    const written = ['customers', 'accounts', 'orders', 'payments', 'inventory'];
    await until(
      async () => {
        const kept = await sourcesOf();
        const missing = written.filter((owner) => !kept.has(owner));
        if (missing.length > 0) throw new Error(`no consumer keeps a head of ${missing.join(', ')} yet`);
      },
      { what: 'A head of each feed', timeoutMs: WITHIN_MS },
    );
  });

  it('names the first commit that a superuser has rewritten', () => {
    const commit = `account-${buyer.accountNumber}@2`;
    expect(naming(broken, commit)[0]).toMatch(
      new RegExp(
        `^accounts, partition 0, commit \\d+, position \\d+, ${commit}: the commit or its events in the feed differ from the hash$`,
      ),
    );
  });

  it('finds a withdrawal for an order that does not exist', () =>
    expect(naming(broken, withdrawnFor)).toEqual([
      expect.stringContaining(
        `order ${withdrawnFor}: 500 cents left account ${buyer.accountNumber} EUR, and 0 are due: no such order was placed`,
      ),
    ]));

  it('finds an order that the worker has never started a saga for', () =>
    expect(naming(broken, unstarted)).toEqual([
      expect.stringContaining(`order ${unstarted} is placed and not ended: it has no saga`),
    ]));

  it('finds nothing about the account and the orders once all is repaired', () => {
    for (const name of [buyer.accountNumber, withdrawnFor, unstarted])
      expect({ name, problems: naming(repaired, name) }).toEqual({ name, problems: [] });
  });
});
