import { rmSync } from 'node:fs';
import { endTestRun } from '@bankside/tools';
import { leaksIn } from './logs';

/** The default name of customers in the tests. */
const NAME = 'Ada Lovelace';

/** Stops the system and fails if its logs contain personal data. */
const teardown = async (): Promise<void> => {
  globalThis.e2eControl?.close();
  await globalThis.e2eSystem?.stop();
  await globalThis.e2eReceiver?.stop();
  const { dataDir } = JSON.parse(process.env['BANKSIDE_E2E_SYSTEM']!) as { dataDir: string };
  const leaks = leaksIn(dataDir, [NAME]);
  for (const folder of [dataDir, process.env['BANKSIDE_E2E_DEAF']!])
    rmSync(folder, { recursive: true, force: true });
  endTestRun();
  if (leaks.length > 0)
    throw new Error(`The logs contain secrets or personal data:\n${leaks.slice(0, 10).join('\n')}`);
};

export default teardown;
