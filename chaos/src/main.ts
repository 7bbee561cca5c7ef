import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerRestart, PreflightError } from '@bankside/tools';
import { readOptions } from './options';
import { holds, tableOf } from './report';
import { runChaos } from './run';

/** Violations of each check that the terminal shows; `--json` prints all. */
const SHOWN_VIOLATIONS = 5;

const log = (line: string): void => void process.stderr.write(`${line}\n`);

const main = async (): Promise<number> => {
  const { json, history, ...options } = readOptions(process.argv.slice(2));
  const dataDir = mkdtempSync(join(tmpdir(), 'bankside-chaos-'));
  const report = await runChaos({
    ...options,
    dataDir,
    restartBroker: brokerRestart(process.env),
    log,
    ...(history !== undefined && { onHistory: (text: string) => writeFileSync(history, text) }),
  });
  log(`\n${tableOf(report)}\n`);
  for (const found of Object.values(report.violations))
    for (const violation of found.slice(0, SHOWN_VIOLATIONS)) log(`VIOLATED: ${violation}`);
  if (holds(report)) rmSync(dataDir, { recursive: true, force: true });
  else log(`The data and logs of this run are in ${dataDir}.`);
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  return holds(report) ? 0 : 1;
};

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    log(
      error instanceof PreflightError || error instanceof TypeError
        ? error.message
        : `The run failed: ${error.stack}`,
    );
    process.exit(2);
  },
);
