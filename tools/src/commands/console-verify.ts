import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../console/chromium';
import { customerTour, operatorTour, tellerTour, watchTour } from '../console/tour';
import { visit, type Trouble } from '../console/visit';
import { projectRoot } from '../root';
import { dataFolder, runningSystem } from '../system/data-folder';
import { startSystem } from '../system/system';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Troubles that are told one by one. */
const TOLD = 40;

const tours = async (gatewayUrl: string, pictures: string): Promise<readonly Trouble[]> => {
  const browser = await launchChromium();
  try {
    const consoleUrl = `${gatewayUrl}/console/`;
    const [customer, staff] = [
      await visit(browser, consoleUrl, pictures),
      await visit(browser, consoleUrl, pictures),
    ];
    const steps = [
      ['a customer', () => customerTour(customer)],
      ['a teller', () => tellerTour(staff)],
      ['an operator', () => operatorTour(staff)],
      ['an operator who watches a customer', () => watchTour(staff, customer)],
    ] as const;
    for (const [who, tour] of steps) {
      const startedAt = Date.now();
      await tour();
      say(`  ${who} got through in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    }
    return [...customer.troubles, ...staff.troubles];
  } finally {
    await browser.close();
  }
};

/** The gateway of a system that runs, or of one that is started for this and ended after. */
const withSystem = async <T>(work: (gatewayUrl: string) => Promise<T>): Promise<T> => {
  const running = runningSystem(dataFolder())?.gatewayUrl;
  if (running !== undefined) return work(running);
  say('No system runs here: one is started for this.');
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
 * Goes through the console in a real browser, in all three roles, and looks at each page in light, in dark and on a
 * phone. `[folder]`: where the pictures go. Fails when somebody does not get through, or stumbles.
 */
export const consoleVerify = async ([folder]: readonly string[]): Promise<number> => {
  const pictures = folder ?? join(projectRoot, '.data', 'console');
  const troubles = await withSystem((gatewayUrl) => tours(gatewayUrl, pictures));
  for (const { where, what } of troubles.slice(0, TOLD)) say(`${where}: ${what}`);
  say(troubles.length === 0 ? 'All is well.' : `${troubles.length} troubles.`);
  say(`Pictures: ${pictures}`);
  return troubles.length === 0 ? 0 : 1;
};
