import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../console/chromium';
import { customerScenario, operatorScenario, tellerScenario, watchScenario } from '../console/scenarios';
import { journeyScenario, mapScenario, seeingClient } from '../console/seeing';
import { openSession, type Finding } from '../console/session';
import { projectRoot } from '../root';
import { dataFolder, runningSystem } from '../system/data-folder';
import { startSystem } from '../system/system';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Findings printed one by one; the rest are only counted. */
const PRINTED = 40;

const smokeTest = async (gatewayUrl: string, screenshots: string): Promise<readonly Finding[]> => {
  const browser = await launchChromium();
  const api = seeingClient(gatewayUrl);
  try {
    const consoleUrl = `${gatewayUrl}/console/`;
    const [customer, staff] = [
      await openSession(browser, consoleUrl, screenshots),
      await openSession(browser, consoleUrl, screenshots),
    ];
    const scenarios = [
      ['a customer', () => customerScenario(customer)],
      ['a teller', () => tellerScenario(staff)],
      ['an operator', () => operatorScenario(staff)],
      ['an operator watching a customer', () => watchScenario(staff, customer)],
      ['the journey of an order', () => journeyScenario(customer, api)],
      ['the map, two sides and curves', () => mapScenario(staff, api)],
    ] as const;
    for (const [role, scenario] of scenarios) {
      const startedAt = Date.now();
      await scenario();
      say(`  ${role}: done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    }
    return [...customer.findings, ...staff.findings];
  } finally {
    await Promise.all([browser.close(), api.close()]);
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
 * Runs the console's scenarios in a real browser, in all three roles, and inspects each page in light mode, in dark mode
 * and at phone width. `[folder]` receives the screenshots. Exits with 1 when a page has a finding, and throws when a
 * scenario cannot be completed.
 */
export const consoleVerify = async ([folder]: readonly string[]): Promise<number> => {
  const screenshots = folder ?? join(projectRoot, '.data', 'console');
  const findings = await withSystem((gatewayUrl) => smokeTest(gatewayUrl, screenshots));
  for (const { where, what } of findings.slice(0, PRINTED)) say(`${where}: ${what}`);
  say(findings.length === 0 ? 'No findings.' : `${findings.length} findings.`);
  say(`Screenshots: ${screenshots}`);
  return findings.length === 0 ? 0 : 1;
};
