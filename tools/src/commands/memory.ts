import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PreflightError } from '../errors';
import { usageByProgram } from '../supervision/process-usage';
import { dataFolder, runningSystem } from '../system/data-folder';

/** Prints the memory of the running system by program. Linux only. */
export const memory = async (): Promise<number> => {
  if (process.platform !== 'linux')
    throw new PreflightError('Only Linux reports the memory that processes share.');
  const folder = dataFolder();
  if (runningSystem(folder) === undefined)
    throw new PreflightError(`No system runs on ${folder}. Start one first, with npm start.`);
  const runner = Number(readFileSync(join(folder, 'run.lock'), 'utf8').split(' ')[0]);
  const rows = [...usageByProgram([runner])]
    .map(([name, { memoryMiB }]) => [name, memoryMiB] as const)
    .sort(([, one], [, other]) => other - one);
  const total = rows.reduce((sum, [, mib]) => sum + mib, 0);
  for (const [name, mib] of [...rows, ['total', total] as const])
    process.stdout.write(`${mib.toFixed(0).padStart(6)} MiB  ${name}\n`);
  return 0;
};
