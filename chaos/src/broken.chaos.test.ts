import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '@bankside/tools';
import { brokenBuild, turnOff, turnOn, type Defect } from '../testing/broken-build';
import * as defects from '../testing/defects';
import { systemUnderTest, type SystemUnderTest } from '../testing/system-under-test';

/** Until a defect shows; each takes two seconds. */
const MOST_ROUNDS = 10;
const TEST_TIMEOUT_MS = 240_000;

const ACCOUNT_IS_LINEARIZABLE = 'each account is linearizable';
const MONEY = 'money is conserved';
const ONCE = 'every accepted command took effect once';
const FEEDS = 'feeds are complete';
const LIMIT = 'no account exceeds its limit of transfers';

/** One system runs all builds, whose defects are switched on one after the other. */
describe('a broken build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bankside-broken-'));
  let system: SystemUnderTest;
  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [join(projectRoot, 'tools', 'build.mjs')]);
    const { tokensIgnored, commitsNotPublished, ...ofAccounts } = defects;
    const programs = {
      accounts: await brokenBuild('accounts', Object.values(ofAccounts), folder),
      inventory: await brokenBuild('inventory', [commitsNotPublished], folder),
      projection: await brokenBuild('projection', [tokensIgnored], folder),
    };
    system = await systemUnderTest({ dataDir: join(folder, 'data'), programs });
  }, TEST_TIMEOUT_MS);
  afterAll(async () => {
    await system?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const during = async <T>(defect: Defect, run: () => Promise<T>): Promise<T> => {
    turnOn(folder, defect);
    try {
      return await run();
    } finally {
      turnOff(folder, defect);
    }
  };
  type Found = Readonly<Record<string, readonly string[]>>;
  const failing = (found: Found): readonly string[] =>
    Object.keys(found).filter((check) => found[check]!.length > 0);

  it('shows nothing to the checks of histories while all defects are off', async () => {
    const found = await system.watch(1);
    expect(Object.keys(found)).toContain(ACCOUNT_IS_LINEARIZABLE);
    expect(failing(found)).toEqual([]);
  });

  it.each([
    {
      defect: defects.oldStateServed,
      check: ACCOUNT_IS_LINEARIZABLE,
      text: /read of account-\d+@\d+ .*after the end of/,
    },
    { defect: defects.conditionIgnored, check: ACCOUNT_IS_LINEARIZABLE, text: /had the condition @\d+/ },
    {
      defect: defects.tokensIgnored,
      check: 'sessions read their writes and go forward',
      text: /lacks the write @\d+ of its token/,
    },
    {
      defect: defects.laterCommitsInThePast,
      check: 'the past of an account is a prefix of its commits',
      text: /is no prefix/,
    },
  ])('with $defect.name is reported by one check of histories', async ({ defect, check, text }) => {
    const found = await during(defect, () => system.watch(MOST_ROUNDS));
    expect(failing(found)).toEqual([check]);
    expect(found[check]!.join('\n')).toMatch(text);
  });

  it('is reported by the checks of stored events that it concerns, and by no other', async () => {
    await during(defects.commitsNotPublished, () => system.restock(3));
    await during(defects.limitIgnored, () => system.transferBeyondLimit());
    const seen = await during(defects.repeatsNotRecognized, () => system.watch(2));
    expect(failing(seen)).toEqual([]);
    const found = await system.verify();
    expect(failing(found).toSorted()).toEqual([ONCE, FEEDS, MONEY, LIMIT].toSorted());
    expect(found[FEEDS]!.join('\n')).toMatch(/the feed of inventory has \d+ of \d+ commits of StockAdded/);
    expect(found[LIMIT]!.join('\n')).toMatch(/cents sent, above/);
    expect(found[MONEY]!.join('\n')).toMatch(/times MoneyDeposited/);
    expect(found[ONCE]!.join('\n')).toMatch(/took effect 2 times/);
  });

  it('that acknowledges before its commit is durable is reported when it is killed', async () => {
    await during(defects.acknowledgedBeforeTheEffect, () => system.killDuringDeposits('accounts'));
    expect((await system.effects()).join('\n')).toMatch(/was accepted and took effect 0 times/);
  });
});
