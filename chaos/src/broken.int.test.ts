import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '@bankside/tools';
import { brokenBuild, type Mistake } from '../testing/broken-build';
import { holds, type Report } from './report';
import { runChaos } from './run';

/** Its schedule kills PostgreSQL early, and each of the broken services. */
const SEED = 12;
const MINUTES = 0.6;
/** What is broken never comes to rest. */
const PATIENCE_MS = 10_000;
const WITHIN_MS = 240_000;

const acknowledgedBeforeTheEffect: readonly Mistake[] = [
  {
    file: 'packages/dapr/src/event-store.ts',
    right: 'append: async (append) => commit(writeOf(append, answerTtlSeconds)),',
    wrong: 'append: async (append) => void commit(writeOf(append, answerTtlSeconds)).catch(() => undefined),',
  },
];
/** The id of the command is not looked at, and the account knows no repeat by itself, either. */
const repeatsNotKnown: readonly Mistake[] = [
  {
    file: 'packages/kernel/src/command-handler.ts',
    right: 'if (recorded !== undefined) return writer.recordedOutcome(recorded, context);',
    wrong: '',
  },
  {
    file: 'packages/dapr/src/transaction.ts',
    right: 'insert(answerKey(commandId), outcome, { ttlInSeconds: String(answerTtlSeconds) }),',
    wrong: '',
  },
  {
    file: 'services/accounts/src/domain/account.ts',
    right: 'if (account.deposits.includes(depositId)) return [];',
    wrong: '',
  },
];
const everyTenthBatchLost: readonly Mistake[] = [
  {
    file: 'packages/feed/src/feeder.ts',
    right: 'const put = async ({ rowIds, entries }: Mapped): Promise<void> => {',
    wrong: `let batches = 0;
      const put = async ({ rowIds, entries: all }: Mapped): Promise<void> => {
        const entries = (batches += 1) % 10 === 0 ? [] : all;`,
  },
];

describe('a chaos run of a broken build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bankside-broken-'));
  let report: Report;
  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [join(projectRoot, 'tools', 'build.mjs')]);
    const cards = await brokenBuild('cards', acknowledgedBeforeTheEffect, folder);
    const inventory = await brokenBuild('inventory', acknowledgedBeforeTheEffect, folder);
    const accounts = await brokenBuild('accounts', repeatsNotKnown, folder);
    const orders = await brokenBuild('orders', everyTenthBatchLost, folder);
    report = await runChaos({
      dataDir: join(folder, 'data'),
      seed: SEED,
      minutes: MINUTES,
      patienceMs: PATIENCE_MS,
      programs: { cards, inventory, accounts, orders },
      say: () => undefined,
    });
  }, WITHIN_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('does not hold', () => expect(holds(report)).toBe(false));

  it('shows what was acknowledged before it was there', () => {
    const found = report.firstViolations.join('\n');
    expect(found).toMatch(/was accepted, and has its effect 0 times|to pay|is to get|counted/);
  });

  it('shows what was done twice', () =>
    expect(report.firstViolations).toContainEqual(expect.stringMatching(/times MoneyDeposited/)));

  it('shows what the relay has lost', () =>
    expect(report.firstViolations).toContainEqual(
      expect.stringMatching(/the feed of orders has \d+ of \d+ commits of OrderPlaced/),
    ));
});
