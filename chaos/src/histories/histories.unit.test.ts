import { elleHistory } from './elle';
import { linearizabilityProblems } from './linearizability';
import { moneyReadProblems, type MoneyRead } from './money-reads';
import type { Observation } from './observation';
import { orderStateProblems } from './order-states';
import { sessionProblems } from './sessions';
import { timeTravelProblems, type PastRead } from './time-travel';

const call = (begunMs: number, endedMs: number, more: Partial<Observation>): Observation => ({
  client: 'c1',
  register: 's1',
  action: 'read',
  begunMs,
  endedMs,
  ...more,
});
const write = (begunMs: number, endedMs: number, revision: number, more: Partial<Observation> = {}) =>
  call(begunMs, endedMs, { action: 'write', revision, ...more });
const read = (begunMs: number, endedMs: number, revision: number, more: Partial<Observation> = {}) =>
  call(begunMs, endedMs, { revision, ...more });
/** Balances 0, 10, 30, 10 at the revisions 1 to 4. */
const versions = new Map([
  [
    's1',
    new Map([
      [1, 0],
      [2, 10],
      [3, 30],
      [4, 10],
    ]),
  ],
]);

describe('linearizability of a register with known versions', () => {
  const problems = (...calls: readonly Observation[]) => linearizabilityProblems(calls, versions);

  it('permits calls in the order of their revisions, and any order of concurrent ones', () => {
    expect(problems(write(0, 1, 2), read(2, 3, 2, { value: 10 }), write(4, 5, 3), read(6, 7, 3))).toEqual([]);
    expect(problems(write(0, 9, 3), read(1, 2, 2), read(3, 4, 3), read(3, 8, 2))).toEqual([]);
  });

  it.each([
    ['a read of an older revision than an ended write', [write(0, 1, 3), read(2, 3, 2)], 'after the end'],
    ['a read of an older revision than an ended read', [read(0, 1, 3), read(2, 3, 2)], 'after the end'],
    ['a write before an ended read', [read(0, 1, 3), write(2, 3, 3)], 'after the end'],
    ['an old read after several ended calls', [write(0, 1, 4), read(0, 2, 2), read(3, 4, 3)], '@4'],
    ['two writes of one revision', [write(0, 9, 3), write(0, 9, 3)], 'wrote one revision'],
    [
      'a conditional write that skipped a revision',
      [write(0, 1, 4, { known: 2, conditional: true })],
      'had the condition @2',
    ],
    ['another value than that of the revision', [read(0, 1, 3, { value: 10 })], 'the stored value is 30'],
    ['a revision that is not stored', [read(0, 1, 5)], 'no such revision'],
  ] as const)('reports %s', (_name, calls, text) => {
    expect(problems(...calls)).toEqual([expect.stringContaining(text)]);
  });
});

describe('session guarantees', () => {
  const view = (begunMs: number, value: number, known?: number): Observation =>
    call(begunMs, begunMs + 1, { action: 'view', value, ...(known !== undefined && { known }) });
  const problems = (...calls: readonly Observation[]) => sessionProblems(calls, versions);

  it('permits views that go forward, also by a balance that occurs twice', () => {
    expect(problems(view(0, 0), view(2, 10), view(4, 30, 3), view(6, 10, 3))).toEqual([]);
  });

  it.each([
    ['a view without the write of its token', [view(0, 0, 2)], 'lacks the write @2'],
    ['a view that goes back', [view(0, 30), view(2, 0)], 'older than @3'],
    ['a balance that never was', [view(0, 7)], 'never had'],
    ['writes of one client in another order', [write(0, 1, 3), write(2, 3, 2)], 'of the same client'],
  ] as const)('report %s', (_name, calls, text) => {
    expect(problems(...calls)).toEqual([expect.stringContaining(text)]);
  });

  it('apply to each client: another client may read an older view', () => {
    expect(problems(view(0, 30), { ...view(2, 0), client: 'c2' })).toEqual([]);
  });
});

describe('reads of all money', () => {
  const prefixes = [
    { inCents: 0, spentCents: 0 },
    { inCents: 10, spentCents: 0 },
    { inCents: 10, spentCents: 4 },
  ];
  const totals = (begunMs: number, inCents: number, spentCents: number, heldCents = inCents - spentCents) =>
    ({ client: 'c1', begunMs, endedMs: begunMs + 1, of: 'totals', inCents, heldCents, spentCents }) as const;
  const problems = (...reads: readonly MoneyRead[]) => moneyReadProblems(reads, prefixes);

  it('permit prefixes of the feed and a trial balance of 0', () => {
    const balance = { client: 'c1', begunMs: 9, endedMs: 10, of: 'trial-balance', sumCents: 0 } as const;
    expect(problems(totals(0, 10, 0), totals(2, 10, 4), balance)).toEqual([]);
  });

  it.each([
    ['a trial balance that is not 0', { of: 'trial-balance', sumCents: 1 }, 'trial balance of 1'],
    ['more money held than in', { of: 'totals', inCents: 10, heldCents: 11, spentCents: 0 }, '11 held'],
    ['totals of no prefix', { of: 'totals', inCents: 0, heldCents: -4, spentCents: 4 }, 'no prefix'],
  ] as const)('report %s', (_name, shown, text) => {
    expect(problems({ client: 'c1', begunMs: 0, endedMs: 1, ...shown })).toEqual([
      expect.stringContaining(text),
    ]);
  });

  it('report totals that go back', () => {
    expect(problems(totals(0, 10, 4), totals(2, 10, 0))).toEqual([expect.stringContaining('after a later')]);
  });
});

describe('reads of the past', () => {
  const commits = [1, 2, 3, 4].map((revision) => ({ stream: 's1', revision, at: `2026-01-0${revision}` }));
  const problems = (read: Omit<PastRead, 'client' | 'stream'>) =>
    timeTravelProblems([{ client: 'c1', stream: 's1', ...read }], commits, versions);

  it.each([
    [{ asked: 3, revision: 3, value: 30 }],
    [{ at: '2026-01-02', revision: 2, value: 10 }],
    [{ at: '2026-01-09', revision: 4, value: 10 }],
    [{ at: '2025-12-31', revision: 0 }],
  ])('may show %j', (read) => expect(problems(read)).toEqual([]));

  it.each([
    ['the value of another revision', { asked: 3, revision: 3, value: 10 }, 'no prefix'],
    ['another revision than the one asked for', { asked: 3, revision: 2, value: 10 }, 'another revision'],
    ['a later commit than those until then', { at: '2026-01-02', revision: 3, value: 30 }, '@2 was the last'],
    ['fewer commits than those until then', { at: '2026-01-04', revision: 3, value: 30 }, '@4 was the last'],
    ['a value that skips a commit', { at: '2026-01-03', revision: 3, value: 20 }, 'no prefix'],
  ])('are reported with %s', (_what, read, text) =>
    expect(problems(read)).toEqual([expect.stringContaining(text)]),
  );
});

describe('states of an order', () => {
  const reads = (...states: readonly string[]) =>
    states.map((state, at) => ({ client: 'c1', begunMs: at, endedMs: at, orderId: 'o1', state }));

  it.each([
    [['placed', 'placed', 'confirmed']],
    [['placed', 'returned']],
    [['placed', 'held', 'rejected']],
    [['confirmed', 'partly-returned']],
  ])('may be read as %s', (states) => expect(orderStateProblems(reads(...states))).toEqual([]));

  it.each([
    [['confirmed', 'placed']],
    [['rejected', 'confirmed']],
    [['confirmed', 'held']],
    [['placed', 'lost']],
  ])('are reported when read as %s', (states) =>
    expect(orderStateProblems(reads(...states))).toHaveLength(1),
  );
});

describe('a history for elle-cli', () => {
  type Operation = Readonly<{ type: string; process: number; value: unknown; time: number; index: number }>;
  const operations = (...calls: readonly Observation[]) => JSON.parse(elleHistory(calls)) as Operation[];

  it('has the form of the example in its repository, with times', () => {
    // A write and two reads by one process, as in histories/elle/rw-register.json of elle-cli.
    const example = [
      { type: 'invoke', f: 'txn', value: [['w', 's1', 2]], process: 0 },
      { type: 'ok', f: 'txn', value: [['w', 's1', 2]], process: 0 },
      { type: 'invoke', f: 'txn', value: [['r', 's1', null]], process: 0 },
      { type: 'ok', f: 'txn', value: [['r', 's1', 3]], process: 0 },
      { type: 'invoke', f: 'txn', value: [['r', 's1', null]], process: 0 },
      { type: 'ok', f: 'txn', value: [['r', 's1', 2]], process: 0 },
    ];
    expect(operations(write(0, 1, 2), read(2, 3, 3), read(4, 5, 2))).toEqual(
      example.map((operation, index) => ({ ...operation, index, time: index * 1_000_000 })),
    );
  });

  it('is in the order of time', () => {
    const found = operations(write(1, 4, 2), { ...read(2, 3, 2), client: 'c2' });
    expect(found.map(({ type, process, index }) => [index, type, process])).toEqual([
      [0, 'invoke', 0],
      [1, 'invoke', 1],
      [2, 'ok', 1],
      [3, 'ok', 0],
    ]);
  });

  it('has at most one open operation of each process, whatever calls of a client overlap', () => {
    const found = operations(
      write(0, 4, 2),
      write(0, 4, 7, { register: 's2' }),
      write(3, 9, 3), // Without a response at first, and repeated later.
      read(5, 6, 2),
      read(7, 8, 2),
    );
    expect(found).toHaveLength(10);
    const open = new Set<number>();
    for (const { type, process } of found) {
      expect(open.has(process)).toBe(type === 'ok');
      if (type === 'ok') open.delete(process);
      else open.add(process);
    }
    expect(open.size).toBe(0);
  });
});
