import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '@bankside/tools';
import { brokenBuild, type Mutation } from '../testing/broken-build';
import { holds, type Report } from './report';
import { runChaos } from './run';

/** The schedule of this seed kills PostgreSQL early, and each of the mutated services. */
const SEED = 67;
const MINUTES = 0.6;
/** A mutated build never reaches quiescence, so waiting longer shows nothing. */
const QUIESCENCE_TIMEOUT_MS = 10_000;
/** Long enough for a killed process to lose some commits. */
const ACKNOWLEDGED_AHEAD_MS = 200;
const TEST_TIMEOUT_MS = 240_000;

const acknowledgedBeforeTheEffect: readonly Mutation[] = [
  {
    file: 'packages/dapr/src/event-store.ts',
    right:
      'append: async (append) => commit(writeOf(append, test?.outcomeTtlSeconds ?? OUTCOME_TTL_SECONDS)),',
    wrong: `append: async (append) =>
      void setTimeout(() => void commit(writeOf(append, OUTCOME_TTL_SECONDS)).catch(() => undefined), ${ACKNOWLEDGED_AHEAD_MS}),`,
  },
];
/** Neither the command id nor the account's own list of deposits recognizes a repeat. */
const repeatsNotRecognized: readonly Mutation[] = [
  {
    file: 'packages/kernel/src/command-handler.ts',
    right: 'if (recorded !== undefined) return writer.recordedOutcome(recorded, context);',
    wrong: '',
  },
  {
    file: 'packages/dapr/src/transaction.ts',
    right: 'insert(outcomeKey(commandId), outcome, { ttlInSeconds: String(outcomeTtlSeconds) }),',
    wrong: '',
  },
  {
    file: 'services/accounts/src/domain/account.ts',
    right: 'if (account.deposits.includes(depositId)) return [];',
    wrong: '',
  },
];
const everyTenthBatchLost: readonly Mutation[] = [
  {
    file: 'packages/feed/src/outbox-reader.ts',
    right: 'const put = async ({ rowIds, entries, links: added }: Mapped): Promise<void> => {',
    wrong: `let batches = 0;
      const put = async ({ rowIds, entries: all, links: added }: Mapped): Promise<void> => {
        const entries = (batches += 1) % 10 === 0 ? [] : all;`,
  },
];
/** Reads of an account are up to two seconds old. */
const oldStateServed: readonly Mutation[] = [
  {
    file: 'services/accounts/src/api/routes.ts',
    right: 'const { state, revision } = await accounts.load(numberOf(req));',
    wrong: `const held = (globalThis.held ??= new Map());
      const number = numberOf(req);
      if (!(held.get(number)?.until > Date.now()))
        held.set(number, { until: Date.now() + 2_000, ...(await accounts.load(number)) });
      const { state, revision } = held.get(number);`,
  },
];
/** Views lag a little, and a read with a token does not wait for them. */
const tokensIgnored: readonly Mutation[] = [
  {
    file: 'packages/http/src/consistency-token.ts',
    right: 'if (awaited.length === 0) return;',
    wrong: 'return;',
  },
  {
    file: 'packages/projections/src/delivery.ts',
    right: 'if (local) return local.deliver(source, events);',
    wrong: 'if (local) return sleep(500).then(() => local.deliver(source, events));',
  },
];

describe('a chaos run of a broken build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bankside-broken-'));
  let report: Report;
  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [join(projectRoot, 'tools', 'build.mjs')]);
    const cards = await brokenBuild('cards', acknowledgedBeforeTheEffect, folder);
    const inventory = await brokenBuild('inventory', acknowledgedBeforeTheEffect, folder);
    const accounts = await brokenBuild('accounts', [...repeatsNotRecognized, ...oldStateServed], folder);
    const orders = await brokenBuild('orders', everyTenthBatchLost, folder);
    const projection = await brokenBuild('projection', tokensIgnored, folder);
    report = await runChaos({
      dataDir: join(folder, 'data'),
      seed: SEED,
      minutes: MINUTES,
      quiescenceTimeoutMs: QUIESCENCE_TIMEOUT_MS,
      programs: { cards, inventory, accounts, orders, projection },
      log: () => undefined,
    });
  }, TEST_TIMEOUT_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const found = (check: string): string => report.violations[check]!.join('\n');

  it('is reported as a violation', () => expect(holds(report)).toBe(false));

  it('reports a command that was acknowledged before its commit was durable', () => {
    const checks = [
      'every accepted command took effect once',
      'money is conserved',
      'stock equals its events and is never negative',
      'services agree on orders, card payments and changes of numbers',
    ];
    expect(checks.map(found).join('\n')).toMatch(
      /was accepted and took effect 0 times|order .* is (confirmed|rejected), but|left the account|: counted/,
    );
  });

  it('reports a command whose effect happened twice', () =>
    expect(found('money is conserved')).toMatch(/times MoneyDeposited/));

  it('reports commits that are missing from a feed', () =>
    expect(found('feeds are complete')).toMatch(/the feed of orders has \d+ of \d+ commits of Order/));

  it('reports a read of an old state', () =>
    expect(found('each account is linearizable')).toMatch(/read of account-\d+@\d+ .*after the end of/));

  it('reports a view that lacks the write of its token', () =>
    expect(found('sessions read their writes and go forward')).toMatch(/lacks the write @\d+ of its token/));
});
