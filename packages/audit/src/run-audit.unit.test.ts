import { owners } from '@bankside/contracts/owners';
import type { Get } from './api';
import { runAudit } from './run-audit';

type Commit = Readonly<{
  service: string;
  at: string;
  type: string;
  data: object;
  /** Null: it names none. Default: one for all commits. */
  correlationId?: string | null;
}>;
type System = Readonly<{
  commits: readonly Commit[];
  sagas?: Readonly<Record<string, string>>;
  /** Orders whose stream exists although no chain contains its events. */
  orders?: readonly string[];
  behind?: number;
  kept?: readonly Readonly<{ number: number; hash: string; signed?: boolean }>[];
  /** Commits that are there only after so many pages of a service have been read. */
  late?: readonly Commit[];
  /** Ids of commits that are missing in their stories. */
  untold?: readonly string[];
  /** How often the responses of stories and of heads lack the worker. */
  workerAway?: number;
}>;

const PAGE = 2;

const NOTHING_WRONG = { streams: 1, commits: 1, events: 1, problems: [] };
const NO_ENTRIES = { entries: [], currencies: [] };

const storyWithout = (untold: readonly string[], workerIsAway: boolean) => {
  const missing = workerIsAway ? ['worker'] : [];
  const ids = owners.flatMap((service) => [1, 2, 3].map((revision) => `${service}/${service}-1@${revision}`));
  const entries = ids.filter((id) => !untold.includes(id)).map((id) => ({ id }));
  return { complete: missing.length === 0, missing, entries };
};

const witnesses = (kept: NonNullable<System['kept']>, workerIsAway: boolean) => {
  const heads = kept.map(({ number, hash, signed = true }) => ({
    source: 'accounts',
    partition: 0,
    number,
    hash,
    signed,
  }));
  return [
    { service: 'cards', status: 'ok', heads },
    { service: 'worker', status: workerIsAway ? 'unavailable' : 'ok', heads: [] },
  ];
};

/** The public API of a system with these commits, whose link n has the hash `h<n>`. */
const apiOf = ({
  commits,
  sagas = {},
  orders = [],
  behind = 0,
  kept = [],
  late = [],
  untold = [],
  workerAway = 0,
}: System): Get => {
  let reads = 0;
  const left = { stories: workerAway, heads: workerAway };
  const isAway = (part: keyof typeof left): boolean => left[part]-- > 0;
  const ok = (body: object) => ({ status: 200, body });
  const orNotFound = (body: object | false) => (body === false ? { status: 404, body: {} } : ok(body));
  const chain = (service: string, query: URLSearchParams) => {
    reads += 1;
    const all = [...commits, ...(reads > owners.length * 2 ? late : [])].filter(
      (one) => one.service === service,
    );
    const after = Number(query.get('after'));
    const page = all.slice(after, after + PAGE);
    const asked = query.get('hashes')?.split(',') ?? [];
    return ok({
      partitions: 1,
      links: page.length,
      problems: [],
      commits: page.map(({ at, type, data, correlationId = 'a request' }, index) => ({
        stream: `${service}-1`,
        revision: after + index + 1,
        commandId: 'saga/s/step',
        at,
        ...(correlationId !== null && { correlationId }),
        events: [{ type, data }],
      })),
      hashes: Object.fromEntries(
        asked.filter((number) => Number(number) <= all.length).map((number) => [number, `h${number}`]),
      ),
      ...(page.length === PAGE && { next: after + PAGE }),
    });
  };
  return async (path) => {
    const url = new URL(path, 'http://gateway');
    const [, , kind, name = '', part] = url.pathname.split('/');
    if (kind === 'audit' && part === 'chain') return chain(name, url.searchParams);
    if (/^(audit|journal)$/.test(kind!)) return ok({ ...NOTHING_WRONG, ...NO_ENTRIES });
    if (kind === 'stories') return ok(storyWithout(untold, isAway('stories')));
    const known = {
      sagas: name in sagas && { status: sagas[name] },
      streams: orders.includes(part!) && {},
    }[kind!];
    if (known !== undefined) return orNotFound(known);
    if (kind === 'consumers')
      return ok({
        services: [{ service: 'worker', status: 'ok', consumers: [{ events: behind, parked: 0 }] }],
      });
    return ok({ services: witnesses(kept, isAway('heads')) });
  };
};

const problemsOf = async (system: System): Promise<readonly string[]> =>
  (await runAudit({ get: apiOf(system), test: { pauseMs: 0 } })).flatMap(({ problems }) => problems);

const placed: Commit = {
  service: 'orders',
  at: '2026-01-01T00:00:00.000Z',
  type: 'OrderPlaced',
  data: { orderId: 'o1', totalCents: 5, currency: 'EUR', payWith: { account: '1' }, lines: [] },
};
const withdrawn: Commit = {
  service: 'accounts',
  at: '2026-01-01T00:00:01.000Z',
  type: 'MoneyWithdrawn',
  data: { orderId: 'o1', withdrawalId: 'o1', amountCents: 5, currency: 'EUR', accountNumber: '1' },
};
const captured: Commit = {
  service: 'payments',
  at: '2026-01-01T00:00:02.000Z',
  type: 'PaymentCaptured',
  data: { orderId: 'o1', amountCents: 5, currency: 'EUR' },
};
const confirmed: Commit = {
  service: 'orders',
  at: '2026-01-01T00:00:03.000Z',
  type: 'OrderConfirmed',
  data: { orderId: 'o1' },
};
const whole = [placed, withdrawn, captured, confirmed];

describe('the audit of a running system', () => {
  it('reports one result for each check and no problem of a consistent system', async () => {
    const results = await runAudit({ get: apiOf({ commits: whole, kept: [{ number: 1, hash: 'h1' }] }) });
    expect(results.filter(({ count }) => count > 0)).toEqual([]);
    expect(results.map(({ check }) => check)).toEqual([
      ...owners.map((name) => `the chain of ${name}`),
      'the heads that consumers keep',
      'orders with their money, payments and stock',
      'returns of pieces with their refunds and stock',
      'card payments with their withdrawals',
      'transfers with their withdrawals and deposits',
      'loans with their payouts',
      'repayments of loans with their withdrawals',
      'changes of mobile numbers',
      'closures of customers',
      'the story of every commit',
      'the journal',
      ...owners.map((name) => `the states of ${name}`),
    ]);
    expect(results.find(({ check }) => check.startsWith('orders'))!.verified).toBe('1 settled, 0 under way');
  });

  it('accepts an order under way while its saga runs, or while the worker has not read it', async () => {
    const commits = [placed, withdrawn];
    expect(await problemsOf({ commits, sagas: { o1: 'running' } })).toEqual([]);
    expect(await problemsOf({ commits: [placed], behind: 1 })).toEqual([]);
  });

  it('accepts an order whose last events arrive while the audit reads', async () =>
    expect(await problemsOf({ commits: [placed, confirmed], late: [withdrawn, captured] })).toEqual([]));

  it('reports an order without a saga', async () =>
    expect(await problemsOf({ commits: [placed] })).toEqual([
      'order o1 is placed and not ended: it has no saga (last event: orders orders-1@1)',
    ]));

  it('reports an order whose saga has failed', async () =>
    expect(await problemsOf({ commits: [placed], sagas: { o1: 'failed' } })).toEqual([
      'order o1 is placed and not ended: its saga is failed (last event: orders orders-1@1)',
    ]));

  it('reports a withdrawal for an order that does not exist', async () =>
    expect(await problemsOf({ commits: [withdrawn] })).toEqual([
      'order o1: 5 cents left account 1 EUR, and 0 are due: no such order was placed (last event: accounts accounts-1@1)',
    ]));

  it('reports a second withdrawal for a confirmed order', async () =>
    expect(
      await problemsOf({
        commits: [...whole, { ...withdrawn, at: '2026-01-01T00:00:09.000Z' }],
        orders: ['order-o1'],
      }),
    ).toEqual([
      'order o1: 5 cents left account 1 EUR, and 0 are due: the order was settled without it (last event: accounts accounts-1@2)',
    ]));

  it.each([
    [
      'another hash',
      { number: 1, hash: 'other' },
      'cards keeps the hash of commit 1 of accounts, partition 0, and the chain of accounts has another one: its history was rewritten',
    ],
    [
      'a commit that is gone',
      { number: 2, hash: 'h2' },
      'cards keeps the hash of commit 2 of accounts, partition 0, and the chain of accounts has no such commit: its history was rewritten',
    ],
    [
      'a head that its owner did not sign',
      { number: 1, hash: 'h1', signed: false },
      'cards keeps a head of accounts, commit 1, without a valid signature of accounts',
    ],
  ])('reports a consumer that keeps %s', async (_what, head, problem) =>
    expect(await problemsOf({ commits: whole, kept: [head] })).toEqual([problem]),
  );

  it('reports a commit that names no request, and one that is missing in its story', async () => {
    const commits = [placed, withdrawn, captured, { ...confirmed, correlationId: null }];
    const system = { commits, untold: ['payments/payments-1@1'] };
    expect(await problemsOf(system)).toEqual([
      'orders/orders-1@2 names no request, so it is in no story',
      'payments/payments-1@1 is missing in its story a request',
    ]);
    const results = await runAudit({ get: apiOf(system), test: { pauseMs: 0 } });
    const { verified } = results.find(({ check }) => check === 'the story of every commit')!;
    expect(verified).toBe('50 % of 4 commits in 1 stories, 1 of them read');
  });

  it('reads again what lacks the part of a service that restarts', async () =>
    expect(await problemsOf({ commits: whole, workerAway: 3 })).toEqual([]));

  it('fails when the part of a service stays missing', async () => {
    await expect(problemsOf({ commits: whole, workerAway: 100 })).rejects.toThrow(
      'The response to GET /api/witnessed-heads lacks worker',
    );
  });

  it('fails when a service does not respond', async () => {
    const get: Get = async () => ({ status: 503, body: {} });
    await expect(runAudit({ get })).rejects.toThrow('GET /api/witnessed-heads returned 503');
  });
});
