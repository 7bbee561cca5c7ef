import { leaksIn } from './logs';

/** The name of everybody whom the tests do not name otherwise. */
const NAME = 'Ada Lovelace';

/** Stops the system. Whatever the tests did to it, its logs must not tell about people. */
const teardown = async (): Promise<void> => {
  globalThis.e2eControl?.close();
  await globalThis.e2eSystem?.stop();
  const { dataDir } = JSON.parse(process.env['BANKSIDE_E2E_SYSTEM']!) as { dataDir: string };
  const leaks = leaksIn(dataDir, [NAME]);
  if (leaks.length > 0) throw new Error(`Logs tell what they must not:\n${leaks.slice(0, 10).join('\n')}`);
};

export default teardown;
