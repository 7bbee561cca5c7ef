import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../console/chromium';
import { scenarios } from '../console/scenarios';
import { seeingClient } from '../console/scenarios/seeing';
import { pageWeights } from '../console/page-weights';
import { openSession, type Finding } from '../console/session';
import { messageOf } from '../errors';
import { projectRoot } from '../root';
import { dataFolder, runningSystem } from '../system/data-folder';
import { startSystem } from '../system/system';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Findings printed one by one; the rest are only counted. */
const PRINTED = 40;

const smokeTest = async (
  gatewayUrl: string,
  screenshots: string,
  only: string | undefined,
): Promise<readonly Finding[]> => {
  const browser = await launchChromium();
  const api = seeingClient(gatewayUrl);
  try {
    const consoleUrl = `${gatewayUrl}/console/`;
    const [customer, staff] = [
      await openSession(browser, consoleUrl, screenshots),
      await openSession(browser, consoleUrl, screenshots),
    ];
    const chosen = scenarios.filter(([name]) => only === undefined || name.includes(only));
    const failures: Finding[] = [];
    for (const [name, scenario] of chosen) {
      const startedAt = Date.now();
      await Promise.all([customer.reset(), staff.reset()]);
      await scenario({ customer, staff, api }).then(
        () => say(`  ${name}: done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`),
        (error: unknown) => {
          say(`  ${name}: FAILED: ${messageOf(error).split('\n').slice(0, 4).join(' ')}`);
          failures.push({ where: name, what: messageOf(error) });
        },
      );
    }
    for (const [page, bytes] of await pageWeights(browser, consoleUrl))
      say(`  ${page}: ${(bytes / 1_000).toFixed(1)} kB`);
    return [...failures, ...customer.findings, ...staff.findings];
  } finally {
    await Promise.all([browser.close(), api.close()]);
  }
};

/** The pictures of the documentation, by screenshot. */
const PICTURES: Readonly<Record<string, string>> = {
  'compositions-slow-light': 'console-compositions',
  'saga-undone-light': 'console-saga',
  'journey-rejected-light': 'console-journey',
  'map-failing-light': 'console-map',
};

const copyPictures = (screenshots: string): void => {
  for (const [screenshot, picture] of Object.entries(PICTURES)) {
    const file = join(screenshots, `${screenshot}.png`);
    if (existsSync(file)) copyFileSync(file, join(projectRoot, 'docs', 'pictures', `${picture}.png`));
  }
};

/** Runs the work against the running system, or against one started for it and stopped afterwards. */
const withSystem = async <T>(work: (gatewayUrl: string) => Promise<T>): Promise<T> => {
  const running = runningSystem(dataFolder())?.gatewayUrl;
  if (running !== undefined) return work(running);
  say('No system is running: starting one for this check.');
  const dataDir = mkdtempSync(join(tmpdir(), 'bankside-console-'));
  const system = await startSystem({ dataDir, env: { FAULTS: 'enabled' } });
  try {
    return await work(system.addresses.gatewayUrl!);
  } finally {
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

/**
 * Runs the console's scenarios in a real browser, in all three roles, and inspects each page in light and dark mode, on a
 * desktop and on a phone. `[folder]` receives the screenshots; `--only=<name>` runs the scenarios with that name;
 * `--pictures` copies those that the documentation shows. Exits with 1 when a scenario cannot be completed or a page has a
 * finding.
 */
export const consoleVerify = async (args: readonly string[]): Promise<number> => {
  const only = args.find((one) => one.startsWith('--only='))?.slice('--only='.length);
  const makesPictures = args.includes('--pictures');
  const folder = args.find((one) => !one.startsWith('--'));
  const screenshots = folder ?? join(projectRoot, '.data', 'console');
  const findings = await withSystem((gatewayUrl) => smokeTest(gatewayUrl, screenshots, only));
  if (makesPictures && findings.length === 0) copyPictures(screenshots);
  for (const { where, what } of findings.slice(0, PRINTED)) say(`${where}: ${what}`);
  say(findings.length === 0 ? 'No findings.' : `${findings.length} findings.`);
  say(`Screenshots: ${screenshots}`);
  return findings.length === 0 ? 0 : 1;
};
