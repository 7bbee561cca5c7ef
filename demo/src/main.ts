import { join } from 'node:path';
import { dataFolder, projectRoot, runningSystem, startSystem } from '@bankside/tools';
import { readOptions, type Options } from './options';
import { progressOn } from './progress';
import { BadInput, holds, readPurchases, runDemo } from './run';

const SAMPLE = join(projectRoot, 'demo', 'data', 'cdnow-sample.txt');

const log = (line: string): void => void process.stderr.write(`${line}\n`);

/** The gateway of the system to use: the given one, the one that runs here, or a temporary one. */
const findSystem = async ({ gateway }: Options) => {
  const running = gateway ?? runningSystem(dataFolder())?.gatewayUrl;
  if (running !== undefined) return { gatewayUrl: running, stop: async () => undefined };
  log('no system is running; starting one');
  const system = await startSystem({ dataDir: dataFolder() });
  const stop = (): void => void system.stop().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return { gatewayUrl: system.addresses.gatewayUrl as string, stop: system.stop };
};

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2));
  const purchases = readPurchases(options.file ?? SAMPLE, options, log);
  const system = await findSystem(options);
  try {
    const report = await runDemo(system.gatewayUrl, purchases, options, {
      log,
      progress: progressOn(process.stderr),
    });
    if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    return holds(report) ? 0 : 1;
  } finally {
    await system.stop();
  }
};

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    log(
      error instanceof BadInput || error instanceof TypeError
        ? error.message
        : `The demo failed: ${error.message}`,
    );
    process.exit(2);
  },
);
