import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../root';
import { PreflightError } from '../../errors';

const run = promisify(execFile);
const LONGEST_MS = 15 * 60_000;

type DemoReport = Readonly<{
  orders: number;
  confirmed: number;
  sagasPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}>;

/** Sends purchases of the sample; a purchase sent before is a repeat. @throws PreflightError when an invariant does not hold */
export const demo = async (gatewayUrl: string, purchases: number): Promise<DemoReport> => {
  const args = [
    join(projectRoot, 'dist', 'demo.cjs'),
    `--gateway=${gatewayUrl}`,
    `--limit=${purchases}`,
    '--concurrency=8',
    '--json',
  ];
  try {
    const { stdout } = await run(process.execPath, args, {
      timeout: LONGEST_MS,
      maxBuffer: 16 * 1024 * 1024,
    });
    return JSON.parse(stdout) as DemoReport;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new PreflightError(
      `The demo of ${purchases} purchases failed: ${stderr.trim().split('\n').slice(-12).join('\n') || message}`,
    );
  }
};
