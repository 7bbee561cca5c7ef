import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@bankside/tools';
import { machine, machineText } from './harness/machine';
import type { Results, Measurement } from './harness/measurement';
import { isMet } from './harness/goals';
import { spreadOf } from '@bankside/std';
import { tableOf } from './harness/table';
import { withLatestTable } from './harness/document';
import { measurements } from './measurements';
import { readOptions } from './options';
import { stopAll } from './fixtures/until-stopped';

const RESULTS = join(projectRoot, '.data', 'bench');
const DOCUMENT = join(projectRoot, 'docs', 'performance.md');

const log = (line: string): void => void process.stderr.write(`${line}\n`);

type Result = Readonly<{ name: string; title: string; seconds: number }> & Results;

const measure = async ({ name, title, run }: Measurement, rounds?: number): Promise<Result> => {
  log(`${name}: ${title}`);
  const begun = performance.now();
  try {
    const results = await run({ log: (line) => log(`  ${line}`), ...(rounds !== undefined && { rounds }) });
    return { name, title, seconds: Math.round((performance.now() - begun) / 1_000), ...results };
  } finally {
    await stopAll();
  }
};

/** Adds minimum, median, maximum and whether each goal is met. */
const withSpreads = ({ rows, goals = [], ...result }: Result) => ({
  ...result,
  rows: rows.map((row) => ({ ...row, ...spreadOf(row.samples) })),
  goals: goals.map((goal) => ({ ...goal, ...spreadOf(goal.samples), met: isMet(goal) })),
});

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2), measurements);
  if (options.list) {
    for (const { name, title } of measurements) process.stdout.write(`${name.padEnd(13)}${title}\n`);
    return;
  }
  const on = machine();
  const at = new Date().toISOString();
  log(machineText(on));
  const results: Result[] = [];
  const failed: string[] = [];
  for (const one of measurements.filter(({ name }) => options.names.includes(name))) {
    try {
      const result = await measure(one, options.rounds);
      results.push(result);
      if (!options.json) process.stdout.write(`\n${tableOf(result.title, result)}\n\n`);
    } catch (error) {
      failed.push(one.name);
      log(`${one.name} failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  const report = { at, machine: on, results: results.map(withSpreads), failed };
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `${at.replaceAll(':', '-')}.json`);
  writeFileSync(file, JSON.stringify(report, null, 2));
  log(`written to ${file}`);
  if (options.docs) {
    const text = `\`npm run bench\` of ${at.slice(0, 10)}: ${machineText(on)}.`.replaceAll('\n', '; ');
    const tables = results.map((result) => tableOf(result.title, result));
    writeFileSync(DOCUMENT, withLatestTable(readFileSync(DOCUMENT, 'utf8'), { on: text, tables }));
  }
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  if (failed.length > 0) throw new Error(`Failed: ${failed.join(', ')}. The other results are complete.`);
};

const interrupted = (): void => void stopAll().finally(() => process.exit(130));
process.once('SIGINT', interrupted).once('SIGTERM', interrupted);

main().then(
  () => process.exit(0),
  (error: Error) => {
    log(`The benchmark failed: ${error.stack ?? error.message}`);
    process.exit(1);
  },
);
