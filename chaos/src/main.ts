import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { brokerRestart, messageOf, PreflightError } from '@bankside/tools';
import { nightHolds, runNight, type Night } from './nightly/night';
import { nightPage } from './nightly/page';
import { runInChild } from './nightly/run-in-child';
import { readOptions, type Options } from './options';
import { holds, tableOf } from './report';
import { runChaos } from './run';

/** Violations of each check that the terminal shows; `--json` prints all. */
const SHOWN_VIOLATIONS = 5;
/** For start, quiescence and checks of a nightly run; the checks take longer after more minutes of load. */
const ALLOWANCE_MS = 15 * 60_000;

const log = (line: string): void => void process.stderr.write(`${line}\n`);

const runOnce = async ({ json, history, ...options }: Options): Promise<number> => {
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

const runNightly = async (
  { minutes, seed, json }: Options,
  { seeds, page }: NonNullable<Options['nightly']>,
): Promise<number> => {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const { signal } = stopping;
  const minutesEach = Math.max(0.01, Math.floor((minutes * 100) / seeds) / 100);
  const run = (one: number) => {
    log(`seed ${one}, ${minutesEach} minutes of load`);
    return runInChild({
      command: [process.execPath, process.argv[1]!, '--json', `--seed=${one}`, `--minutes=${minutesEach}`],
      timeoutMs: minutesEach * 2 * 60_000 + ALLOWANCE_MS,
      log,
      signal,
    });
  };
  const onProgress = (night: Night): void => writeFileSync(page, nightPage(night));
  const night = await runNight(
    {
      seeds: Array.from({ length: seeds }, (_, index) => seed + index),
      minutes: minutesEach,
      startedAt: new Date().toISOString(),
    },
    { run, onProgress, signal },
  );
  log(`The summary is in ${page}.`);
  if (json) process.stdout.write(`${JSON.stringify(night)}\n`);
  return nightHolds(night) ? 0 : 1;
};

/** @throws PreflightError */
const optionsOf = (args: readonly string[]): Options => {
  try {
    return readOptions(args);
  } catch (error) {
    throw new PreflightError(messageOf(error), { cause: error });
  }
};

const main = async (): Promise<number> => {
  const options = optionsOf(process.argv.slice(2));
  return options.nightly ? runNightly(options, options.nightly) : runOnce(options);
};

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    log(error instanceof PreflightError ? error.message : `The run failed: ${inspect(error)}`);
    process.exit(2);
  },
);
